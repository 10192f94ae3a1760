"""The image tower learns emotions from faces, before it meets a text."""
