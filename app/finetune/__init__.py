"""The Fine-tune tab: a visitor's sentences, a training, and what came of it."""
