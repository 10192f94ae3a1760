"""Addresses that visitors take along, as QR codes drawn in the page: no server is asked."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.page.html import Html, esc

LONGEST = 300
"""Characters of an address: a code of more is too fine for a telephone's camera."""
BAD_CODE = (
    "--qr takes NAME=ADDRESS with an address that begins with http:// or https:// and has at most "
    f'{LONGEST} characters, such as --qr "Paper=https://example.org/paper", and not {{given!r}}.'
)


@dataclass(frozen=True, kw_only=True)
class Code:
    name: str
    address: str

    @property
    def picture(self) -> Html:
        """An SVG, dark on white in both themes, as readers of such codes need it."""
        import segno

        drawn = io.BytesIO()
        code = segno.make(self.address, error="m", micro=False)
        code.save(drawn, kind="svg", xmldecl=False, border=4, omitsize=True, light="#fff")
        svg = drawn.getvalue().decode("ascii")
        return Html(svg.replace("<svg", f'<svg role="img" aria-label="{esc(self.name)}"', 1))


def read(given: str) -> Code:
    """Of NAME=ADDRESS. Raises ValueError with a sentence."""
    name, _, address = (part.strip() for part in given.partition("="))
    parts = urlsplit(address)
    usable = parts.scheme in ("http", "https") and parts.netloc and len(address) <= LONGEST
    if not (name and usable):
        raise ValueError(BAD_CODE.format(given=given))
    return Code(name=name, address=address)
