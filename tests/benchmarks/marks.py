"""What vowel marks (Arabic, Hebrew) and stress marks (Cyrillic) do to a model's reading.

    python -m tests.benchmarks.marks --data DATA [--checkpoint FOLDER]

Sentences of `parallel`, `parallel_subtitles` and `unseen`, read without and with marks: pieces
of the tokenizer for a word, and how often the label is that of the sentence's English side. "as
typed": sentences that have marks of their own, "many" where every fourth letter has one. "on every
letter": marks put in by chance, as many as a primer has (on a vowel of each word in Cyrillic); they
are not the right ones, which no offline library knows, so they show the cost alone.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.runtime import resolve_runtime

COMPACT = Path(__file__).parents[2] / "checkpoints/compact"


@dataclass(frozen=True)
class Script:
    """marks: what they are. put: them on all letters of a sentence."""

    files: tuple[str, ...]
    marks: re.Pattern[str]
    put: Callable[[str, random.Random], str]


def on_letters(letters: str, marks: str) -> Callable[[str, random.Random], str]:
    def put(text: str, rng: random.Random) -> str:
        return re.sub(f"[{letters}]", lambda found: found[0] + rng.choice(marks), text)

    return put


def stress(text: str, rng: random.Random) -> str:
    def word(found: re.Match[str]) -> str:
        vowels = [m.end() for m in re.finditer("[аеиоуыэюяАЕИОУЫЭЮЯ]", found[0])]
        if len(vowels) < 2:
            return found[0]
        at = rng.choice(vowels)
        return found[0][:at] + "\u0301" + found[0][at:]

    return re.sub(r"\w+", word, text)


SCRIPTS = {
    "ar": Script(("parallel/en-ar.csv", "parallel_subtitles/en-ar.csv"),
                 re.compile("[\u064b-\u0652\u0670]"),
                 on_letters("\u0621-\u063a\u0641-\u064a", "\u064e\u064e\u0650\u064f\u0652")),
    "he": Script(("parallel/en-he.csv", "parallel_subtitles/en-he.csv"),
                 re.compile("[\u05b0-\u05bc\u05c1\u05c2\u05c7]"),
                 on_letters("\u05d0-\u05ea", "\u05b8\u05b7\u05b4\u05b5\u05b6\u05b0\u05b9")),
    "ru": Script(("unseen/en-ru.csv",), re.compile("\u0301"), stress),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, default=COMPACT)
    parser.add_argument("--rows", type=int, default=200)
    args = parser.parse_args()
    predictor = Predictor.load(args.checkpoint, resolve_runtime("cpu"))
    tokenizer = Tokenizer.from_file(str(args.checkpoint / "tokenizer.json"))
    for code, script in SCRIPTS.items():
        for name, rows in groups(code, script, args.data, args.rows):
            english = labels(predictor, "en", [one for one, _, _ in rows])
            told = []
            for texts in ([w for _, w, _ in rows], [m for _, _, m in rows]):
                read = labels(predictor, code, texts)
                same = sum(a == b for a, b in zip(read, english, strict=True)) / len(rows)
                told.append((read, same, pieces(tokenizer, texts)))
            (plain, same, few), (marked, same_marked, many) = told
            alike = sum(a == b for a, b in zip(plain, marked, strict=True)) / len(rows)
            print(
                f"{code} {name}: {len(rows)} sentences; as English {same:.1%} without, "
                f"{same_marked:.1%} with; one label for both {alike:.1%}; pieces a word {few:.2f} "
                f"without, {many:.2f} with",
                flush=True,
            )


def groups(
    code: str, script: Script, data: Path, most: int
) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Name, and (English, without marks, with marks) of each sentence."""
    rng = random.Random(0)
    rows = []
    for file in script.files:
        with (data / file).open(encoding="utf-8", newline="") as stream:
            rows += [(row["en"], row[code]) for row in csv.DictReader(stream)]
    rng.shuffle(rows)
    bare = [(en, script.marks.sub("", text), text) for en, text in rows]
    typed = [row for row in bare if row[1] != row[2]]
    if typed:
        yield "as typed", typed[:most]
    if many := [row for row in typed if 4 * len(script.marks.findall(row[2])) >= len(row[1])]:
        yield "as typed, many", many[:most]
    yield "on every letter", [(en, text, script.put(text, rng)) for en, text, _ in bare[:most]]


def labels(predictor: Predictor, code: str, texts: Sequence[str]) -> list[str]:
    samples = [Sample(text=text, language=code) for text in texts]
    return [one.scores.label for one in predictor.predict_many(samples)]


def pieces(tokenizer: Tokenizer, texts: Sequence[str]) -> float:
    found = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return sum(len(one.ids) for one in found) / sum(len(text.split()) for text in texts)


if __name__ == "__main__":
    main()
