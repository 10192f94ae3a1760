"""Cuts the fonts that the page brings for scripts of which a system may have none.

    python -m assets.make_fonts NOTO

NOTO is a folder that holds, at any depth, the files of Debian's packages `fonts-noto-core`,
`fonts-noto-cjk` and `fonts-noto-color-emoji`. Writes `assets/fonts/*.woff2` and `fonts.css`, whose
README says what is in them: whole scripts where these are small; of Chinese and Japanese letters
and of Korean syllables those of the first page, apart from them those that this project's own texts
hold, and apart from both the common ones; of signs and emoji those of this project.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import regex
from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent / "fonts"
TEXTS = ("app/**/*", "assets/**/*", "lfdrt/data/label_names.py", "lfdrt/data/names.py")
"""Files whose texts are read; the rest of the library names letters that nobody sees, as ends of
ranges."""
ENDINGS = (".csv", ".css", ".js", ".json", ".md", ".po", ".py")
FIRST = ("assets/examples.json", "app/page/speech.py")
"""What the page shows as it opens: a first load takes no others of their letters."""
ESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})+")
"""Characters as JSON and Python may write them."""
FAMILY, JAPANESE = "LFD-RT", "LFD-RT Japanese"
"""The first stands in app/page/wiring.py after all fonts of the system; the second is for texts
that are marked as Japanese, which systems write in a font of its own."""
MARKED = 'system-ui, sans-serif, "LFD-RT Japanese", "LFD-RT"'

Points = frozenset[int]
Ranges = tuple[tuple[int, int], ...]
"""First and last code points."""


@dataclass(frozen=True, kw_only=True)
class Face:
    """One file. source: its font, and which of a collection. ranges: where a browser looks into it.
    systems: fonts of operating systems that are taken first. features, scripts: of its layout."""

    name: str
    source: str
    number: int = -1
    letters: Points
    ranges: Ranges
    systems: tuple[str, ...] = ()
    features: tuple[str, ...] = ("*",)
    scripts: tuple[str, ...] = ("*",)
    family: str = FAMILY


def points(ranges: Ranges) -> Points:
    return frozenset(chain.from_iterable(range(first, last + 1) for first, last in ranges))


def ranges_of(letters: Points) -> Ranges:
    starts = sorted(p for p in letters if p - 1 not in letters)
    ends = sorted(p for p in letters if p + 1 not in letters)
    return tuple(zip(starts, ends, strict=True))


def sans(script: str, *ranges: tuple[int, int], systems: tuple[str, ...] = ()) -> Face:
    """A whole script."""
    return Face(
        name=script.lower() or "european",
        source=f"NotoSans{script}-Regular.ttf",
        letters=points(ranges),
        ranges=ranges,
        systems=(*systems, f"Noto Sans {script}".strip()),
    )


def indic(script: str, first: int, *systems: str) -> Face:
    return sans(script, (first, first + 127), systems=("Nirmala UI", *systems))


WHOLE = (
    sans("", (0xA0, 0x52F), (0x1D00, 0x209F), (0x20A0, 0x20BF), systems=("DejaVu Sans",)),
    sans("Arabic", (0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), systems=("Geeza Pro",)),
    sans("Armenian", (0x530, 0x58F), systems=("Mshtakan",)),
    sans("Hebrew", (0x590, 0x5FF), systems=("Arial Hebrew",)),
    sans("Georgian", (0x10A0, 0x10FF), (0x1C90, 0x1CBF)),
    sans("Ethiopic", (0x1200, 0x139F), systems=("Ebrima", "Kefa")),
    sans("Thai", (0xE00, 0xE7F), systems=("Leelawadee UI", "Thonburi")),
    sans("Lao", (0xE80, 0xEFF), systems=("Leelawadee UI", "Lao Sangam MN")),
    sans("Khmer", (0x1780, 0x17FF), systems=("Leelawadee UI", "Khmer Sangam MN")),
    sans("Myanmar", (0x1000, 0x109F), systems=("Myanmar Text", "Myanmar Sangam MN")),
    indic("Devanagari", 0x900, "Kohinoor Devanagari", "Lohit Devanagari"),
    indic("Bengali", 0x980, "Kohinoor Bangla", "Lohit Bengali"),
    indic("Gurmukhi", 0xA00, "Gurmukhi MN", "Lohit Gurmukhi"),
    indic("Gujarati", 0xA80, "Gujarati Sangam MN", "Lohit Gujarati"),
    indic("Oriya", 0xB00, "Oriya Sangam MN", "Lohit Odia"),
    indic("Tamil", 0xB80, "Tamil Sangam MN", "Lohit Tamil"),
    indic("Telugu", 0xC00, "Kohinoor Telugu", "Lohit Telugu"),
    indic("Kannada", 0xC80, "Kannada Sangam MN", "Lohit Kannada"),
    indic("Malayalam", 0xD00, "Malayalam Sangam MN", "Lohit Malayalam"),
    indic("Sinhala", 0xD80, "Sinhala Sangam MN"),
)

CJK = "NotoSansCJK-Regular.ttc"
HAN, HANGUL = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)), ((0xAC00, 0xD7A3),)
JAMO = ((0x3130, 0x318F),)
KANA = ((0x2500, 0x257F), (0x3000, 0x312F), (0x31F0, 0x31FF), (0xFE50, 0xFE6F), (0xFF00, 0xFFEF))
COMMON = {"gb2312": (0xB0, 0xD7), "euc_jp": (0xB0, 0xCF), "big5": (0xA4, 0xC6)}
"""First and last lead byte of the letters that the standards of Chinese and Japanese list first."""
COMMON_HANGUL = {"euc_kr": (0xB0, 0xC8)}
FORMS = ("ccmp", "locl")
"""Letters that Japanese writes otherwise; not upright and narrow ones, which are thousands."""
CHINESE_FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei")
JAPANESE_FONTS = (
    "Hiragino Sans W3",
    "Yu Gothic Regular",
    "Meiryo",
    "Noto Sans CJK JP",
    "IPAGothic",
)
KOREAN_FONTS = ("Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "NanumGothic")
SIGNS = ("Symbols2", "Symbols", "Math")
EMOJI_FONTS = ("Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji")


def own_letters(patterns: Iterable[str] = TEXTS) -> Points:
    """All characters of the project's own texts but ASCII."""
    found = set()
    for pattern in patterns:
        for path in FONTS.parents[1].glob(pattern):
            if path.suffix in ENDINGS and FONTS not in path.parents:
                text = path.read_text(encoding="utf-8")
                found |= set(text).union(*map(unescaped, ESCAPED.findall(text)))
    return frozenset(ord(c) for c in found if c > "\x7f")


def unescaped(written: str) -> str:
    """What a run of four-digit escapes means; of half a pair nothing."""
    halves = bytes.fromhex(written.replace("\\u", ""))
    return halves.decode("utf-16-be", errors="ignore")


def common(rows: dict[str, tuple[int, int]]) -> Points:
    """The letters in those rows of the encodings."""
    found = set()
    for encoding, (first, last) in rows.items():
        for lead in range(first, last + 1):
            for trail in range(0x40, 0xFF):
                found.add(bytes([lead, trail]).decode(encoding, errors="ignore"))
    return frozenset(ord(one) for one in found if len(one) == 1)


def apart(rest: Face, *parts: tuple[str, Points]) -> list[Face]:
    """`rest` with its `parts`, each larger than the next, in files of their own. In this order:
    where ranges overlap a browser takes the last face."""
    faces = [rest]
    for name, letters in parts:
        faces[-1] = replace(faces[-1], letters=faces[-1].letters - letters)
        faces.append(replace(rest, name=name, letters=letters, ranges=ranges_of(letters)))
    return faces


def east_asian(own: Points, first: Points) -> list[Face]:
    """first: letters of the page as it opens, which are among the own ones."""
    han = Face(
        name="han-common",
        source=CJK,
        number=2,
        letters=common(COMMON) & points(HAN),
        ranges=HAN,
        systems=CHINESE_FONTS,
        features=FORMS,
        scripts=("hani.dflt", "hani.JAN"),
    )
    hangul = Face(
        name="hangul-common",
        source=CJK,
        number=1,
        letters=common(COMMON_HANGUL) & points(HANGUL),
        ranges=HANGUL,
        systems=KOREAN_FONTS,
        features=FORMS,
        scripts=("hang.dflt",),
    )
    kana = Face(
        name="kana",
        source=CJK,
        number=0,
        letters=points(KANA),
        ranges=KANA,
        systems=JAPANESE_FONTS,
        features=FORMS,
        scripts=("kana.dflt",),
    )
    own_han, own_hangul = own & points(HAN), own & points(HANGUL) | points(JAMO)
    chinese = apart(han, ("han", own_han), ("han-first", first & points(HAN)))
    japanese = [replace(one, family=JAPANESE, systems=JAPANESE_FONTS) for one in chinese]
    return [
        *chinese,
        *japanese,
        *apart(hangul, ("hangul", own_hangul), ("hangul-first", first & points(HANGUL))),
        *apart(kana, ("kana-first", first & points(KANA))),
    ]


def signs(left: Points, noto: Path) -> list[Face]:
    """left: characters that no other face has. A sign is in the first font that has it."""
    emoji = frozenset(p for p in left if regex.match(r"\p{Emoji_Presentation}", chr(p)))
    faces, left = [], left - emoji
    for name in SIGNS:
        one = held(replace(sans(name), letters=left), noto)
        faces.append(replace(one, ranges=ranges_of(one.letters)))
        left -= one.letters
    faces.append(
        Face(
            name="emoji",
            source="NotoColorEmoji.ttf",
            letters=emoji,
            ranges=ranges_of(emoji),
            systems=EMOJI_FONTS,
        )
    )
    return [one for one in faces if one.letters]


def held(face: Face, noto: Path) -> Face:
    """With those of its letters alone that the font has."""
    font = TTFont(find(noto, face.source), fontNumber=face.number, lazy=True)
    return replace(face, letters=face.letters & frozenset(font.getBestCmap()))


def find(noto: Path, name: str) -> Path:
    found = next(noto.rglob(name), None)
    if found is None:
        raise SystemExit(f"{noto} has no {name}: unpack the three packages of Debian there.")
    return found


def cut(face: Face, noto: Path) -> None:
    """Without hints, which screens of today do not use, so that a file is a third smaller."""
    options = subset.Options(
        flavor="woff2",
        font_number=face.number,
        layout_features=[*face.features],
        layout_scripts=[*face.scripts],
        hinting=False,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = subset.load_font(find(noto, face.source), options)
    cutter = subset.Subsetter(options)
    # Joiners and the dotted circle, which marks are shown on, belong to every script.
    cutter.populate(unicodes=face.letters | {0x20, 0x200C, 0x200D, 0x25CC})
    cutter.subset(font)
    subset.save_font(font, FONTS / f"{face.name}.woff2", options)


def style(faces: Iterable[Face]) -> str:
    rules = [
        "/* Made by `python -m assets.make_fonts`. A font of the system wins: local() first. */"
    ]
    for face in faces:
        local = "".join(f'local("{name}"), ' for name in face.systems)
        spans = ", ".join(span(*one) for one in face.ranges)
        rules.append(
            f'@font-face {{ font-family: "{face.family}"; font-display: swap;\n'
            f'  src: {local}url("{face.name}.woff2") format("woff2");\n'
            f"  unicode-range: {spans}; }}"
        )
    return "\n".join([*rules, f":lang(ja) {{ font-family: {MARKED}; }}"]) + "\n"


def span(first: int, last: int) -> str:
    return f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}"


def main(noto: Path) -> None:
    own = own_letters()
    east = east_asian(own, own_letters(FIRST))
    faces = [held(face, noto) for face in (*WHOLE, *east)]
    covered = frozenset().union(*(one.letters for one in faces))
    faces += signs(own - covered, noto)
    FONTS.mkdir(exist_ok=True)
    for old in FONTS.glob("*.woff2"):
        old.unlink()
    for face in {one.name: one for one in faces}.values():
        cut(face, noto)
    (FONTS / "fonts.css").write_text(style(faces), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
