"""A training that is carried to a machine with a GPU: built here, run there, merged here again."""
