"""What browsers get as it is from folders of the program: pictures of the examples, and fonts for
scripts of which the visitor's system may have none. Both are asked for when they are to be drawn.
"""

from __future__ import annotations

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.page.html import Html
from app.places import EXAMPLES, FONTS

FOLDERS = {"fonts": FONTS, "examples": EXAMPLES}
"""By their address below that of the page."""
FAMILY = "LFD-RT"
"""Last of every list of fonts, so that one of the system wins; what it is, fonts.css says."""
LINK = Html('<link rel="stylesheet" href="fonts/fonts.css">')
"""Of the page's head: Gradio rewrites what it is given as CSS, addresses too."""


def mounts() -> list[Mount]:
    return [
        Mount(f"/{name}", StaticFiles(directory=folder, check_dir=False))
        for name, folder in FOLDERS.items()
    ]
