"""How many rows a kiosk predicts for programs: so many a minute, whoever asks, as all of them come
from this machine."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from app.api import english
from app.models.requests import Refused

A_MINUTE = 60


class Pace:
    """A bucket that holds `A_MINUTE` rows and fills within a minute. clock: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._guard = clock, threading.Lock()
        self._left, self._seen = float(A_MINUTE), clock()

    def take(self, rows: int) -> None:
        """Refused: these would be too many now; nothing is taken then."""
        if rows > A_MINUTE:
            raise Refused(english.AT_ONCE.format(most=A_MINUTE))
        with self._guard:
            now = self._clock()
            filled = self._left + (now - self._seen) * A_MINUTE / 60
            self._left, self._seen = min(float(A_MINUTE), filled), now
            if rows > self._left:
                seconds = math.ceil((rows - self._left) * 60 / A_MINUTE)
                raise Refused(english.TOO_FAST.format(most=A_MINUTE, seconds=seconds))
            self._left -= rows
