"""Writes what the page can say into the catalogues of its languages: `python -m app.page.catalogue`
after a sentence was added or changed. What was translated stays, what is said no longer goes, what
is new waits empty, and the page says it in English until then.

The sentences are the constants of the words files, and what `t` and `tn` are called with anywhere.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.page import speech

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

APP = Path(__file__).resolve().parent.parent
ROOT = APP.parent
HEAD = """\
{name}: sentences of the page of LFD-RT.
# No native speaker has read them: corrections are welcome.
"""
BEGUN = datetime(2026, 11, 28, tzinfo=UTC)
"""In place of the hour of writing, so that what did not change stays as it is."""
Key = str | tuple[str, str]
"""A sentence; with its plural where it counts something."""


def words_files() -> list[Path]:
    return sorted({APP / "page" / "say.py", *APP.rglob("*words.py")})


def sentences() -> dict[Key, list[str]]:
    """All in English, each with the files that say it, in the order of the files."""
    found: dict[Key, list[str]] = {}
    for path in words_files():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        loaded = importlib.import_module(module)
        for name, value in vars(loaded).items():
            if name.isupper() and not name.startswith("_") and name not in speech.WORDS[module]:
                for one in _said(value):
                    found.setdefault(one, []).append(path.relative_to(ROOT).as_posix())
    for path in sorted(APP.rglob("*.py")):
        for key in _called(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(key, []).append(path.relative_to(ROOT).as_posix())
    return found


def _said(value: Any) -> Iterator[str]:
    """Strings that have a word beside what fills them."""
    if isinstance(value, str):
        if re.search(r"[^\W\d_]", re.sub(r"\{[^}]*\}", "", value)):
            yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _said(one)
    elif isinstance(value, Mapping):
        yield from _said(tuple(value.values()))
    elif is_dataclass(value) and isinstance(value, speech.Sentences):
        names = (one.name for one in fields(value) if one.name not in value._plain)
        yield from _said(tuple(getattr(value, name) for name in names))


def _called(tree: ast.AST) -> Iterator[Key]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
        given = [
            one.value
            for one in call.args
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if name == "t" and given:
            yield given[0]
        elif name in ("tn", "forms") and len(given) >= 2:
            yield given[0], given[1]


def renewed(language: str, said: Mapping[Key, list[str]]) -> Catalog:
    """The language's catalogue with all sentences, in their order, and no others; what it has of
    them stays."""
    from babel.messages.catalog import Catalog

    new = Catalog(
        locale=language,
        project="LFD-RT",
        version="page",
        header_comment=f"# {HEAD.format(name=speech.LANGUAGES[language])}",
        creation_date=BEGUN,
        revision_date=BEGUN,
        fuzzy=False,
    )
    old = speech.read(language) if speech.catalogue_file(language).is_file() else new
    new.mime_headers = [("Plural-Forms", speech.plural_forms(language))]
    for key, files in said.items():
        message = new.add(key, locations=[(name, 0) for name in dict.fromkeys(files)])
        message.flags.discard("python-format")  # which "95 % interval" looks like
        known = old.get(key if isinstance(key, str) else key[0])
        if isinstance(key, tuple):
            message.string = ("",) * len(speech.categories(language))
        if known is not None and _shape(known.string) == _shape(message.string):
            message.string, message.user_comments = known.string, known.user_comments
            message.flags |= known.flags - {"python-format"}
    return new


def _shape(said: object) -> int:
    return len(said) if isinstance(said, tuple) else 0


def written(made: Catalog) -> bytes:
    from babel.messages.pofile import write_po

    file = io.BytesIO()
    write_po(file, made, width=100, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def missing(made: Catalog) -> int:
    """How many of its sentences have no translation."""
    untold = (
        not all(one.string or ()) if one.pluralizable else not one.string for one in made if one.id
    )
    return sum(untold)


def main() -> None:
    said = sentences()
    for language in speech.LANGUAGES:
        if language != speech.ENGLISH:
            made = renewed(language, said)
            speech.catalogue_file(language).write_bytes(written(made))
            print(f"{language}: {len(made)} sentences, {missing(made)} of them not translated")


if __name__ == "__main__":
    main()
