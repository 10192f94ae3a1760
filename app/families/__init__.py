"""The Families tab: what a checkpoint's disentanglers are worth, and where languages belong."""
