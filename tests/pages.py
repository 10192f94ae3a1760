"""README.md and the pages of docs/: their code blocks, commands and links."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
NEEDS = "# needs: "
"""First line of a block whose commands the tests do not run, for whoever reads the page too."""
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Command:
    """words: as a shell would split them. needs: what the machine must have beyond this
    repository; "" where the command can be run anywhere. line: of its page, from 1."""

    page: Path
    line: int
    words: tuple[str, ...]
    needs: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line} {shlex.join(self.words)}"


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """The code blocks of a language, each with the line of its first line."""
    text = page.read_text(encoding="utf-8")
    found = _BLOCK.finditer(text)
    return [(text[: one.start(2)].count("\n") + 1, one[2]) for one in found if one[1] == language]


def commands(page: Path) -> list[Command]:
    """Of all `sh` blocks, in their order. ValueError: one that is not a plain command a line."""
    found = []
    for first, block in blocks(page, "sh"):
        lines = block.splitlines()
        needs = lines[0].removeprefix(NEEDS) if lines[0].startswith(NEEDS) else ""
        for number, line in enumerate(lines, first):
            words = shlex.split(line, comments=True)
            if {"|", ">", "&&", ";", "\\"} & set(words):
                raise ValueError(f"{page.name}:{number}: one plain command a line")
            if words:
                found.append(Command(page=page, line=number, words=tuple(words), needs=needs))
    return found


def links(page: Path) -> list[str]:
    """Where the page points to inside the repository, pictures among it."""
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [one for one in found if "://" not in one]


def anchors(page: Path) -> set[str]:
    """What stands behind # in an address of one of its headings, by GitHub's rule."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
