"""A visitor's uploaded table: read, reported on, its columns told apart."""
