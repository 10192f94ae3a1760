"""What a kiosk says: on the page of its visitors, and where it was started from. Knows no
components."""

from __future__ import annotations

START_OVER = "Start over"
START_OVER_TITLE = "Clears everything you typed, uploaded and started here"
STILL_THERE = "Are you still there?"
LEFT = "Everything here is cleared in {seconds} s. Touch anything to go on."
OVER = "Starting over …"
TOUCH = "Touch to try it yourself"
TOUCH_HINT = "The examples play by themselves; each is predicted by the model as you watch."
VISIT_OVER = "This visit is over: reload the page."

# Where it was started from
