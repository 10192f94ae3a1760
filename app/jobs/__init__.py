"""Trainings and recordings of the app: started, followed, steered, kept; each in its own process.

Beside `app.service` the only part of the app that imports more of `lfdrt` than its vocabulary, and
only inside functions: importing this costs nothing. Knows no components and no HTML.
"""

from app.jobs import data, settings
from app.jobs.jobs import Jobs
from app.jobs.live import Live, Point
from app.jobs.outcome import Outcome
from app.jobs.runs import RunInfo
from app.jobs.spec import JobSpec
from app.service import Refused

__all__ = ["JobSpec", "Jobs", "Live", "Outcome", "Point", "Refused", "RunInfo", "data", "settings"]
