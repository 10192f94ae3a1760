"""Every kind of file that a person may have, one file a format; `registry.py` lists them."""
