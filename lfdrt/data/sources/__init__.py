"""Readers of public data sets, one file each: a folder in, records out, nothing downloaded."""
