"""QR codes of a kiosk: what is read of the command line, and that the picture is the address."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import segno

from app.kiosk.codes import LONGEST, Code, read
from app.kiosk.page import codes


def test_an_address_may_hold_an_equals_sign():
    assert read("Code = https://example.org/a?b=c") == Code(
        name="Code", address="https://example.org/a?b=c"
    )


@pytest.mark.parametrize(
    "given",
    ["", "Paper", "=https://example.org", "Paper=example.org", "Paper=https://",
     "Paper=javascript:alert(1)", f"Paper=https://example.org/{'a' * LONGEST}"],
)  # fmt: skip
def test_anything_else_is_a_sentence(given: str):
    with pytest.raises(ValueError, match="--qr takes NAME=ADDRESS") as told:
        read(given)
    assert repr(given) in str(told.value)


def test_what_is_drawn_is_the_address_and_names_are_escaped():
    """As many dark modules lie in the picture's lines as segno's own matrix has."""
    code = Code(name='<b>"us"', address="https://example.org/paper")
    svg = ElementTree.fromstring(code.picture)
    assert svg.attrib["aria-label"] == '<b>"us"'
    (path,) = (one for one in svg if "stroke" in one.attrib)
    drawn = sum(int(run) for run in re.findall(r"h(\d+)", path.attrib["d"]))
    matrix = segno.make(code.address, error="m", micro=False).matrix
    assert drawn == sum(map(sum, matrix)) > 0
    shown = codes([code])
    assert "<b>&quot;" not in shown and "&lt;b&gt;&quot;us&quot;" in shown
    assert codes([]) == ""
