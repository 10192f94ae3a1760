"""Exports of chats: WhatsApp's text, Telegram's JSON. Only what was written becomes rows; who wrote
it and when stays out, unless it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from lfdrt.data.readers.file import BINARY, File
from lfdrt.data.readers.json_files import parsed
from lfdrt.data.readers.questions import Answers, Choice, Question
from lfdrt.data.readers.reader import Fit, Reader, Reading, whole_row
from lfdrt.data.rows import BadRow, Left, Row, TableError

_MARKS = "\u200e\u200f\u202a\u202c\ufeff"
_START = re.compile(
    r"^\[?(?P<when>\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:\s?[^\W\d_]\.?\s?[^\W\d_]\.?)?)(?:\]\s|\s[-–]\s)(?P<rest>.*)$"
)
_SAID = re.compile(r"(?P<who>[^:]{1,60}):\s(?P<text>.*)", re.DOTALL)
_MEDIA = re.compile(r"<[^<>]+>|.*\((?:file attached|arquivo anexado|archivo adjunto)\)|"
                    r"(?:image|video|audio|sticker|GIF|document) omitted")  # fmt: skip
MEDIA, SYSTEM = "messages that are pictures or sounds", "lines of the program"


class Messages(Reader):
    suffixes = (".txt", ".json")
    name = "chat export"
    says = (
        "one text a message of WhatsApp or Telegram; names and times are left out unless asked for"
    )

    def recognises(self, head: bytes, name: str) -> Fit:
        if head.startswith(BINARY):
            return Fit.NO
        if head.lstrip().startswith(b"{"):
            known = b'"messages"' in head and b'"type"' in head and b'"date"' in head
            return Fit.YES if known else Fit.NO
        lines = head.decode("utf-8", "replace").splitlines()[:60]
        lines = [line.strip(_MARKS) for line in lines if line.strip()]
        starts = [found for line in lines if (found := _START.match(line))]
        said = sum(bool(_SAID.match(one["rest"])) for one in starts)
        return Fit.YES if said >= 2 and len(starts) >= 0.3 * len(lines) else Fit.NO

    def rows(self, file: File, answers: Answers) -> Reading:
        telegram = file.head.lstrip().startswith(b"{")
        messages = _telegram(parsed(file)) if telegram else _whatsapp(file.whole())
        people = answers.ask(
            Question(
                name="people",
                asks="Keep who wrote each message, and when?",
                choices=(
                    Choice(value="no", says="No, the texts alone"),
                    Choice(value="yes", says="Yes, in the table and in results"),
                ),
                chosen="no",
            )
        )
        kept = ("who", "when") if people == "yes" else ()
        return Reading(
            rows=partial(_rows, list(messages), kept),
            columns=("text", *kept),
            roles={"text": "text"},
            how=(file.encoding, "Telegram" if telegram else "WhatsApp"),
        )


@dataclass(frozen=True)
class _Message:
    """left: what it is if it is no text that somebody wrote; "" else."""

    who: str
    when: str
    text: str
    left: str = ""


def _rows(messages: list[_Message], kept: tuple[str, ...]) -> Iterator[Row | BadRow | Left]:
    for number, one in enumerate(messages, start=1):
        if one.left:
            yield Left(one.left)
        else:
            values = {"text": one.text, "who": one.who, "when": one.when}
            yield whole_row(number, {name: values[name] for name in ("text", *kept)})


def _whatsapp(text: str) -> Iterator[_Message]:
    when, lines = "", list[str]()
    for line in text.splitlines():
        line = line.lstrip(_MARKS)
        if found := _START.match(line):
            if when:
                yield _message(when, "\n".join(lines))
            when, lines = found["when"], [found["rest"]]
        else:
            lines.append(line)  # a message goes on
    if when:
        yield _message(when, "\n".join(lines))


def _message(when: str, rest: str) -> _Message:
    found = _SAID.match(rest.lstrip(_MARKS))
    if found is None:
        return _Message("", when, rest, SYSTEM)
    said = found["text"].strip()
    text = said.strip(_MARKS)
    left = MEDIA if not text or _MEDIA.fullmatch(text) else ""
    if said.startswith("\u200e") and not left:
        left = SYSTEM  # as WhatsApp marks what it writes in a person's name
    return _Message(found["who"], when, text, left)


def _telegram(found: Any) -> Iterator[_Message]:
    """Of one chat, or of all chats. Raises TableError."""
    try:
        chats = found["chats"]["list"] if found.get("chats") else [found]
        messages = [message for chat in chats for message in chat.get("messages") or ()]
        texts = [_text(message.get("text") or "") for message in messages]
    except (AttributeError, KeyError, TypeError) as error:
        raise TableError(f"the chat export is damaged ({error}). Export it again.") from error
    for one, text in zip(messages, texts, strict=True):
        who, when = str(one.get("from") or ""), str(one.get("date") or "")
        left = SYSTEM if one.get("type") != "message" else "" if text else MEDIA
        yield _Message(who, when, text, left)


def _text(said: Any) -> str:
    """Of a message; parts in bold, links and names are objects."""
    parts = [said] if isinstance(said, str) else said
    return "".join(p if isinstance(p, str) else str(p.get("text") or "") for p in parts).strip()
