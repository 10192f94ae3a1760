"""The list of formats in docs/command-line.md, made from the registry of readers.

python -m assets.make_formats
"""

from __future__ import annotations

from pathlib import Path

from lfdrt.data.readers.registry import READERS

PAGE = Path(__file__).parents[1] / "docs" / "command-line.md"
_START, _END = "<!-- formats: made by `python -m assets.make_formats` -->\n", "<!-- /formats -->"


def listed() -> str:
    return "".join(f"- {one.name} ({', '.join(one.suffixes)}): {one.says}\n" for one in READERS)


def written(text: str) -> str:
    """The text with the list of today."""
    before, rest = text.split(_START)
    return before + _START + listed() + _END + rest.split(_END, 1)[1]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
