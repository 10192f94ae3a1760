"""How events of the page are wired: settings that most of them share."""

from __future__ import annotations

from typing import Any

PRIVATE: dict[str, Any] = {"api_visibility": "private", "queue": True}
"""No event is part of a public interface."""
LIGHT: dict[str, Any] = {**PRIVATE, "show_progress": "hidden", "concurrency_limit": None}
"""For what takes milliseconds: any number at once, and no sign that something is going on."""
