"""One equation, one pure function. The letters are the paper's."""
