"""The sentence for each way in which a chat endpoint fails, by its HTTP status.

What the server says is told without any piece of the key.
"""

from __future__ import annotations

from lfdrt.baselines.chat.settings import ChatError, ChatSettings

_PIECE = 8
"""Characters of the key that must not be repeated: services show fewer of them in their errors."""
_LONGEST = 200  # characters of a server's words


def without_key(words: str, key: str) -> str:
    """Words of a server on one line, clipped; none of them where they repeat a piece of the key."""
    size = min(_PIECE, len(key))
    if any(key[i : i + size] in words for i in range(len(key) - size + 1)):
        return "(its words repeat the key, and are left out)"
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def refused(status: int, words: str, settings: ChatSettings) -> ChatError:
    """For an answer with an error's status; `words`: the server's, without the key."""
    s, said = settings, f" It says: {words}" if words else ""
    if status == 401:  # its words are about the key, and often repeat it
        return ChatError(
            f"{s.host} refuses the key (401): check the environment variable {s.key_variable}, or "
            "name another one with --key-variable."
        )
    if status == 403:
        return ChatError(
            f"{s.host} forbids it (403): the key in {s.key_variable} may not use {s.model}.{said}"
        )
    if status == 404:
        return ChatError(
            f"{s.host} has no model {s.model!r}, or no chat endpoint there (404): check --model "
            f"and --base-url.{said}"
        )
    if status == 429:
        return ChatError(
            f"{s.host} still asks to wait (429, {s.retries} retries): lower --requests-per-minute, "
            f"check the account's quota, or go on later.{said}"
        )
    if 300 <= status < 400:
        return ChatError(
            f"{s.host} points to another address ({status}), and nothing is sent to one that was "
            "not named: give the final one with --base-url."
        )
    if status >= 500:
        return ChatError(f"{s.host} fails ({status}, {s.retries} retries): go on later.{said}")
    return ChatError(f"{s.host} refuses the request ({status}).{said}")


def silent(settings: ChatSettings) -> ChatError:
    return ChatError(
        f"{settings.host} did not answer within {settings.timeout:g} s ({settings.retries} "
        "retries): raise --timeout, or go on later."
    )


def unreachable(settings: ChatSettings, why: str) -> ChatError:
    return ChatError(
        f"{settings.host} cannot be reached ({why}; {settings.retries} retries): check --base-url "
        "and the network."
    )


def foreign(settings: ChatSettings) -> ChatError:
    return ChatError(
        f"{settings.host} answers, but not as the chat completions protocol does: check --base-url,"
        " which ends before /chat/completions (mostly in /v1)."
    )
