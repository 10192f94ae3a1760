"""What `lfdrt` offers, for type checkers: __init__.py reads it when it is asked for."""

from lfdrt.programs.classifier import LFDRTClassifier as LFDRTClassifier
from lfdrt.programs.predictions import Predictions as Predictions
from lfdrt.programs.predictions import predict as predict

__version__: str
