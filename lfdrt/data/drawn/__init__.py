"""Drawn faces: the pictures of examples and samples."""
