"""LFD-RT: sentiment of text and image across language families.

An implementation of "Cross-lingual Multimodal Sentiment Analysis for Low-Resource Languages via
Language Family Disentanglement and Rethinking Transfer". The package knows no user interface.
"""

__version__ = "0.1.0"
