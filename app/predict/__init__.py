"""The Predict tab: one text, one picture, one answer with everything behind it."""
