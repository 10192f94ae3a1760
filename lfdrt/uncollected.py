"""A start without Python's search for cycles among objects that stay anyway.

Importing torch and gradio makes a million objects; the collector looks through all of them again
each time that they have grown by a quarter, and finds nothing: 1 s of a core of the 4 that torch
and what stands on it take.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing is searched while anybody is inside, of whatever thread; what is alive when the last
    one leaves is never searched again, which makes every later search shorter. For imports and
    loading."""
    global _inside
    with _lock:
        _inside += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                gc.freeze()
                gc.enable()
