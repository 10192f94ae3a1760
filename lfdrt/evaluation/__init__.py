"""Scores of predictions against labels, always with how the model had been selected."""
