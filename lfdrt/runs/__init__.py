"""A run as files: its events, its control word, its work folder. Torch-free."""
