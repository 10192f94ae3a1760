"""Predictions as HTML: pure functions from results to strings, every visitor's word escaped."""
