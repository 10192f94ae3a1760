"""Encoders that turn texts and images into token vectors, and the towers they are built from."""
