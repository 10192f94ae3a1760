"""A person's own table and pictures: read, checked, reported."""
