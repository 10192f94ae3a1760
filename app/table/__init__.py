"""A whole table in the Predict tab, predicted by a process of its own."""
