"""The local app: a page on the predictor. It must exist, or `app.py` would shadow this package."""
