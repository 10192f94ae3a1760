"""Rethinking, §3.4: unlabelled rows of a target language tune the two classifiers."""
