"""Recorded runs in the Benchmark tab: played, compared, and made anew."""
