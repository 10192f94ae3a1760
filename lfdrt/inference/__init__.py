"""From samples to predictions, with a trained model."""

from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View

__all__ = ["Predictor", "Sample", "View"]
