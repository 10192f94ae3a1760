"""The app for strangers at a conference: nothing of a visit is left when it is over.

A visit is over by the button Start over, after some time without input, or when its page is heard
of no more. Knows the jobs; knows no model and no tabs.
"""

from app.kiosk.folder import Place, temporary_place
from app.kiosk.kiosk import Kiosk
from app.kiosk.page import page_parts
from app.kiosk.server import app_settings, cookie_of, session_dropper
from app.kiosk.visits import Visits

__all__ = [
    "Kiosk",
    "Place",
    "Visits",
    "app_settings",
    "cookie_of",
    "page_parts",
    "session_dropper",
    "temporary_place",
]
