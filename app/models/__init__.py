"""Loaded checkpoints, what is asked of them, and what is known of them unloaded."""
