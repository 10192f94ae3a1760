"""Texts to token ids and back to characters, by the `tokenizers` library.

Every text that a model reads passes here, in its usual letters (`lfdrt.letters`); what is said of
its tokens counts characters as they were typed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from tokenizers import Tokenizer

from lfdrt.config import TextConfig
from lfdrt.errors import UserError
from lfdrt.letters import usual
from lfdrt.output import Token


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """One tokenised text.

    `ids` as the model reads them, special and prefix tokens included. `tokens` and `positions` are
    the user's own: tokens[i] stands at ids[positions[i]] and counts characters in the user's text.
    `cut` is the number of tokens that did not fit.
    """

    ids: tuple[int, ...]
    tokens: tuple[Token, ...]
    positions: tuple[int, ...]
    cut: int


def cut(ids: Sequence[int], most: int) -> tuple[int, ...]:
    """At most so many ids, the last one being the end token that the text had."""
    return tuple(ids) if len(ids) <= most else (*ids[: most - 1], ids[-1])


class TextTokenizer:
    """A tokenizer with the settings of a checkpoint."""

    def __init__(self, tokenizer: Tokenizer, config: TextConfig) -> None:
        self._tokenizer = tokenizer
        self._prefix = config.prefix
        self._max_tokens = config.max_tokens
        self.pad, self.mask, self.unknown = (
            self._special(t) for t in (config.pad_token, config.mask_token, config.unknown_token)
        )
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @classmethod
    def read(cls, path: Path, config: TextConfig) -> TextTokenizer:
        """From `tokenizer.json`; UserError says what is wrong with the file.

        Checkpoints of the same file and settings get the same object for as long as one holds it:
        another one of 250,000 pieces would take 1.5 s and 245 MB.
        """
        special = (config.pad_token, config.mask_token, config.unknown_token)
        data = path.read_bytes()
        key = (hashlib.sha256(data).digest(), config.prefix, config.max_tokens, *special)
        if (known := _IN_USE.get(key)) is not None:
            return known
        try:
            tokenizer = Tokenizer.from_buffer(data)
        except Exception as error:  # what the library raises is not documented
            raise UserError(f"{path.name} is not a readable tokenizer: {error}") from None
        return _IN_USE.setdefault(key, cls(tokenizer, config))

    def save(self, path: Path) -> None:
        self._tokenizer.save(str(path), pretty=False)

    @property
    def size(self) -> int:
        return self._tokenizer.get_vocab_size()

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Tokenise without offsets; texts longer than the checkpoint's limit lose their end."""
        encodings = self._tokenizer.encode_batch_fast([self._prefix + usual(t).text for t in texts])
        return [
            Encoded(
                ids=cut(e.ids, self._max_tokens),
                tokens=(),
                positions=(),
                cut=max(0, len(e.ids) - self._max_tokens),
            )
            for e in encodings
        ]

    def encode_with_offsets(self, text: str) -> Encoded:
        """Tokenise one text and say which of its characters each token covers."""
        letters = usual(text)
        e = self._tokenizer.encode(self._prefix + letters.text)
        ids = cut(e.ids, self._max_tokens)
        shift = len(self._prefix)
        kept = len(ids) - (len(e.ids) > len(ids))  # where cut, the last id is the end token
        own = [
            (i, *letters.typed(max(start - shift, 0), end - shift))
            for i, (start, end) in enumerate(e.offsets[:kept])
            if end > shift and not e.special_tokens_mask[i]
        ]
        return Encoded(
            ids=ids,
            tokens=tuple(
                Token(
                    piece=e.tokens[i],
                    start=start,
                    end=end,
                    unknown=e.ids[i] == self.unknown,
                )
                for i, start, end in own
            ),
            positions=tuple(i for i, _, _ in own),
            cut=len(e.ids) - len(ids),
        )

    def prefix_length(self) -> int:
        """Ids at the start of every text that are not the user's (begin token and prefix)."""
        return len(self._tokenizer.encode(self._prefix.rstrip()).ids) - 1

    def _special(self, token: str) -> int:
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise UserError(f"the tokenizer has no token {token!r}, which the checkpoint names")
        return found


_IN_USE: WeakValueDictionary[tuple[object, ...], TextTokenizer] = WeakValueDictionary()
