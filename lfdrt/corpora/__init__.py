"""Whole corpora: many files of any size predicted shard by shard, by one process or a cluster."""
