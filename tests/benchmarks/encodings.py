"""How often the old encoding of a file is told, by us and by charset-normalizer alone.

python -m tests.benchmarks.encodings    (20 s; the first one and the first three sentences of
assets/parallel.json, in each of their languages and each encoding that can write them)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import charset_normalizer

from lfdrt.data.encodings import CANDIDATES, likeliest_encoding

PARALLEL = Path(__file__).resolve().parents[2] / "assets" / "parallel.json"
MORE = ("latin-1", "iso8859-5", "iso8859-7", "iso8859-9", "cp866", "cp1258", "mac-cyrillic")


def written(sentences: int) -> Iterator[tuple[str, str, str, bytes]]:
    """Language, encoding, lines with a letter that is not ASCII, and their bytes."""
    held = json.loads(PARALLEL.read_text("utf-8"))["sentences"][:sentences]
    for language in held[0]["texts"]:
        texts = [one["texts"][language] for one in held if language in one["texts"]]
        lines = "".join(f"{text}\n" for text in texts if not text.isascii())
        for encoding in (*CANDIDATES, *MORE):
            try:
                content = lines.encode(encoding)
            except UnicodeEncodeError:
                continue
            if not content.isascii() and not _is_utf8(content):
                yield language, encoding, lines, content


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def main() -> None:
    for sentences in (1, 3):
        total = ours = alone = 0
        languages = set()
        for language, encoding, lines, content in written(sentences):
            languages.add(language)
            best, found = charset_normalizer.from_bytes(content).best(), likeliest_encoding(content)
            right = found is not None and content.decode(found) == lines
            total, ours = total + 1, ours + right
            alone += best is not None and content.decode(best.encoding) == lines
            if not right:
                print(f"  {language} in {encoding}: taken for {found}")
        print(f"{sentences} sentences, {len(languages)} languages: {ours} of {total}; "
              f"charset-normalizer alone {alone}")  # fmt: skip


if __name__ == "__main__":
    main()
