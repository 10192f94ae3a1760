"""The About tab: the checkpoint's card, decisions taken, limits."""
