"""Columns that hold names or addresses of people, as exports of forms have them: to be asked about
before they are carried into results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lfdrt.data.names import words_of
from lfdrt.data.readers.questions import PREVIEWED, Answers, Choice, Question

_ADDRESS = re.compile(r"\S+@\S+\.\w{2,}")
_WORDS = frozenset(
    """email mail phone telephone mobile whatsapp username correo courriel téléphone teléfono
    telefone telefon телефон почта
    barua simu e-posta surel 电话 邮箱 電話 メール 이메일 전화""".split()
)
_WHOLE = frozenset(
    """name fullname yourname firstname lastname surname nom prénom nombre apellido nome cognome
    nama jina имя фамилия 姓名 名前 이름 الاسم नाम பெயர்""".split()
)
KEEP, LEAVE = "keep", "leave"


def personal_columns(cells: Mapping[str, Sequence[str]]) -> list[str]:
    """cells: of the first rows, by column."""
    return [name for name, values in cells.items() if _is_personal(name, values)]


def _is_personal(name: str, values: Sequence[str]) -> bool:
    filled = [value.strip() for value in values if value.strip()]
    addresses = sum(bool(_ADDRESS.fullmatch(value)) for value in filled)
    if filled and 2 * addresses > len(filled):
        return True
    words, short = words_of(name), all(len(value) <= 60 for value in filled)
    named = not _WORDS.isdisjoint(words) or "".join(words) in _WHOLE
    return bool(filled) and short and named


def ask_personal(cells: Mapping[str, Sequence[str]], answers: Answers) -> frozenset[str]:
    """The columns that are to be left out."""
    found = personal_columns(cells)
    if not found:
        return frozenset()
    shown = ", ".join(repr(name) for name in found)
    examples = tuple(value for name in found for value in cells[name][:1])[:PREVIEWED]
    rest = ", ".join(name for name in cells if name not in found)
    chosen = answers.ask(
        Question(
            name="personal",
            asks=f"Names or addresses of people seem to be in {shown}. Carry them into results?",
            choices=(
                Choice(value=KEEP, says="Keep these columns", preview=examples),
                Choice(value=LEAVE, says="Leave them out", preview=(rest,) if rest else ()),
            ),
            chosen=KEEP,
            sure=False,
        )
    )
    return frozenset(found) if chosen == LEAVE else frozenset()
