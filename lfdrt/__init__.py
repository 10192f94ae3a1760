"""LFD-RT: sentiment of text and image across language families.

An implementation of "Cross-lingual Multimodal Sentiment Analysis for Low-Resource Languages via
Language Family Disentanglement and Rethinking Transfer". The package knows no user interface.

    import lfdrt

    print(lfdrt.predict(["Ninafurahi sana kukuona leo"], language="sw"))
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_OFFERED = {
    "LFDRTClassifier": "lfdrt.programs.classifier",
    "predict": "lfdrt.programs.predictions",
    "Predictions": "lfdrt.programs.predictions",
}
"""Where they are, each read when it is first asked for: torch takes seconds. What type checkers are
told of them stands in __init__.pyi."""


def __getattr__(name: str) -> Any:
    if name not in _OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_OFFERED[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_OFFERED])
