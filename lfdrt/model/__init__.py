"""The model of the paper's §3.3 as parts that are passed into each other."""
