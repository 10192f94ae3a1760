"""Recordings: what a checkpoint said of every sample, made, kept, and played back."""
