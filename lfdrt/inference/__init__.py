"""From samples to predictions, with a trained model."""
