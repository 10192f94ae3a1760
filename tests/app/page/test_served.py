"""What is served as it is: fonts hold what they must, and a browser takes them where it must."""

from __future__ import annotations

import re
from functools import cache

import pytest
import regex
from fontTools.ttLib import TTFont
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.page import served
from app.places import FONTS
from assets.make_fonts import FAMILY, FIRST, own_letters, points

FACE = re.compile(r"""family: "([^"]+)";[^}]*url\("([^"]+)"\)[^}]*unicode-range: ([^;]+);""")
TOFU = """async texts => {
  const family = getComputedStyle(document.querySelector("#text textarea")).fontFamily;
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  const drawn = (text, face) => {
    canvas.width = canvas.height = 60;
    pen.font = `40px ${face}`;
    pen.fillText(text, 5, 45);
    return canvas.toDataURL();
  };
  const boxes = {};
  for (const [name, text] of Object.entries(texts)) {
    await document.fonts.load(`40px ${family}`, text);
    const none = drawn("\\u0378", family); // a code point that is not assigned
    boxes[name] = [...new Set(text)].filter(letter => drawn(letter, family) === none).join("");
  }
  return boxes;
}"""
WORDS = {
    "Chinese": "我们今天很高兴认识你",
    "traditional": "臺灣歡迎聽說讀書",
    "Japanese": "駅前の喫茶店で待ち合わせ",
    "Korean": "꽤 훌륭한 선택이었습니다",
    "Amharic": "እንኳን ደስ አለዎት",
    "Thai": "ขอบคุณมากครับ",
    "Khmer": "សូមអរគុណ",
    "Burmese": "ကျေးဇူးတင်ပါတယ်",
    "Sinhala": "ස්තූතියි",
    "Bengali": "তোমাকে ধন্যবাদ",
    "Hindi": "आपका बहुत धन्यवाद",
    "Tajik": "Ҷашн муборак ӯ ғам қанд",
    "Yoruba": "Ẹ ṣé púpọ̀",
}
"""Texts of no language of the training, or with letters that no text of ours has."""


@cache
def faces() -> tuple[tuple[str, str, frozenset[int]], ...]:
    """Family, file and the code points of each, in the order in which a browser overrules them."""
    style = (FONTS / "fonts.css").read_text(encoding="utf-8")
    found = []
    for family, file, spans in FACE.findall(style):
        ends = [tuple(int(end, 16) for end in one[2:].split("-")) for one in spans.split(", ")]
        found.append((family, file, points(tuple((end[0], end[-1]) for end in ends))))
    return tuple(found)


def faces_of(file: str) -> frozenset[int]:
    """Where a browser looks into it, if no later face has the letter."""
    return next(range_ for _, name, range_ in faces() if name == file)


@cache
def letters_of(file: str) -> frozenset[int]:
    return frozenset(TTFont(FONTS / file).getBestCmap())


def test_every_letter_of_our_own_texts_is_in_a_font() -> None:
    """If one is not: python -m assets.make_fonts, and its package of signs where it is one."""
    own = own_letters()
    assert {ord(c) for c in "人기ஆẹ😀"} <= own
    missing = frozenset(p for p in own if not regex.match(r"\p{DI}|\p{Cn}", chr(p)))
    for family, file, range_ in faces():
        if family == FAMILY:
            missing -= letters_of(file) & range_
    shown = {chr(p) for p in missing if chr(p).isprintable()}
    assert not shown


def test_they_are_small_and_all_of_them_are_used() -> None:
    files = {path.name for path in FONTS.glob("*.woff2")}
    assert files == {file for _, file, _ in faces()}
    assert sum((FONTS / file).stat().st_size for file in files) < 3_000_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_japanese_letters_have_their_own_forms() -> None:
    """直 is written in Japan with another glyph, which the language system JAN asks for."""
    font = TTFont(FONTS / "han.woff2")
    scripts = font["GSUB"].table.ScriptList.ScriptRecord
    systems = {one.LangSysTag for script in scripts for one in script.Script.LangSysRecord}
    assert "JAN " in systems


def test_letters_of_the_first_page_are_apart_from_all_others() -> None:
    first = own_letters(FIRST)
    assert {ord(c) for c in "中文"} <= first  # of the chooser of the page's language
    for name in ("han", "hangul", "kana"):
        assert letters_of(f"{name}-first.woff2") & first
        rest = letters_of(f"{name}.woff2") & faces_of(f"{name}.woff2")
        assert rest and not rest & first


def test_they_are_served_beside_their_style() -> None:
    assert FAMILY == served.FAMILY
    client = TestClient(Starlette(routes=served.mounts()))
    assert client.get("/fonts/fonts.css").headers["content-type"].startswith("text/css")
    assert client.get("/fonts/tamil.woff2").content.startswith(b"wOF2")
    assert client.get("/examples/tr-lie.png").headers["content-type"] == "image/png"
    assert client.get("/examples/../places.py").status_code == 404


@pytest.mark.browser
@pytest.mark.slow
def test_no_letter_shows_as_a_box(visit: Page) -> None:
    """Of all our own texts and of words in other scripts, whatever fonts the system has."""
    own = regex.sub(r"[\p{C}\p{Z}]", "", "".join(map(chr, own_letters())))
    boxes = visit.evaluate(TOFU, {"own": own, **WORDS})
    assert not any(boxes.values()), boxes
    family = visit.evaluate("getComputedStyle(document.querySelector('#text textarea')).fontFamily")
    assert FAMILY in family


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_asks_for_no_font_that_it_does_not_need(visit: Page) -> None:
    """Letters of the first page lie apart from those of other texts and from the common ones."""
    asked = visit.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    fetched = {name.rpartition("/")[2] for name in asked if name.endswith(".woff2")}
    apart = {"han", "han-common", "hangul", "hangul-common", "kana"}
    assert not fetched & {f"{name}.woff2" for name in (*apart, "thai", "lao")}


def test_the_page_goes_out_packed_and_files_named_after_their_contents_are_asked_for_once():
    async def answer(request: Request) -> Response:
        missing = request.url.path.endswith("gone.js")
        return PlainTextResponse("word " * 1000, status_code=404 if missing else 200)

    routes = [Route("/{path:path}", answer)]
    with TestClient(Starlette(routes=routes, middleware=served.middleware())) as client:
        page = client.get("/")
        assert page.headers["content-encoding"] == "gzip" and page.text == "word " * 1000
        assert int(page.headers["content-length"]) < 200 and "cache-control" not in page.headers
        plain = client.get("/", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers and plain.text == page.text
        assert "immutable" in client.get("/assets/index-DphvyggB.js").headers["cache-control"]
        for other in ("/assets/gone.js", "/gradio_api/file=x", "/fonts/han.woff2"):
            assert "cache-control" not in client.get(other).headers
