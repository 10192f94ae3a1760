"""Pre-training, §3.3: from data and towers to a checkpoint."""
