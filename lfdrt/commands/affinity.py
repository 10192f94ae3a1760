"""Which families a text leans to: how well each family's head finds its words, hidden in turn.

A text:  python -m lfdrt affinity --text "Мен бүгін бақыттымын" [--translation "I am happy today"]
A study: python -m lfdrt affinity --study --data DATA --out FILE

The text is told with an interval over its words, and with the mix of readings that they ask for,
beside the readings through none and through the own family. With a translation the heads ask it,
which is what they learned. The study measures on parallel text whether the own family's head finds
the words best, and whether the mix agrees with the English side more often than no family does.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfdrt.commands.options import add_checkpoint, add_device, load_predictor
from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.affinity import Affinity
    from lfdrt.evaluation.mixing import MixedLanguage
    from lfdrt.inference.predictor import Answered, Predictor
    from lfdrt.output import Scores

HELP = "which language families a text leans to"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", help="the text, in any language")
    parser.add_argument("--translation", help="the same text in English")
    parser.add_argument("--lang", metavar="TAG", help="language of the text (default: detect)")
    parser.add_argument("--json", action="store_true", help="print all numbers as JSON")
    parser.add_argument("--study", action="store_true", help="measure on parallel text")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="data folder of the study")
    parser.add_argument("--out", type=Path, metavar="FILE", help="JSON file of the study")
    parser.add_argument(
        "--sentences", type=int, metavar="N", help="of each language of the study (default: 15)"
    )
    add_checkpoint(parser)
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for options that do not go together, and for a text without words."""
    _check(args)
    predictor = load_predictor(args.checkpoint, args.device, family="own", prior=None)
    if len(predictor.families) < 2:
        raise UserError(f"families are compared, and this checkpoint has {len(predictor.families)}")
    return _study(predictor, args) if args.study else _text(predictor, args)


def _check(args: argparse.Namespace) -> None:
    of_text = [name for name in ("text", "translation", "lang", "json") if getattr(args, name)]
    of_study = [name for name in ("data", "out", "sentences") if getattr(args, name) is not None]
    if args.study:
        if of_text:
            raise UserError(f"--{of_text[0]} cannot be used with --study.")
        if args.data is None or args.out is None:
            raise UserError("--study needs --data, the data folder, and --out, a file to write.")
        if args.sentences is not None and args.sentences < 2:
            raise UserError("--sentences is at least 2.")
    elif of_study:
        raise UserError(f"--{of_study[0]} needs --study.")
    elif not (args.text or "").strip():
        raise UserError("There is no text: give --text, or --study.")
    if args.lang is not None:
        from lfdrt.languages import resolve

        resolve(args.lang)  # a wrong tag is told before the model is loaded


def _text(predictor: Predictor, args: argparse.Namespace) -> int:
    from lfdrt.affinity import affinity, nearness
    from lfdrt.inference.sample import Sample, View
    from lfdrt.languages import resolve
    from lfdrt.words import merge

    views = View.FAMILIES | (View.TRANSLATION if args.translation else View.NOTHING)
    sample = Sample(text=args.text, language=args.lang, translation=args.translation)
    answered = predictor.answer(sample, views)
    p, guesses = answered.prediction, answered.heads(True)
    near = nearness(resolve(p.language) if p.language else None, predictor.families)
    words = merge(p.text or "", p.tokens)
    found = None if guesses is None else affinity(guesses, words, predictor.families, near)
    if found is None:
        raise UserError("The text has no word that could be hidden: give a longer one.")
    if args.json:
        told = found.as_dict() | {"language": p.language, "notes": list(p.notes)}
        told["readings"] = {
            name: scores.as_dict(p.labels) for name, scores in _readings(answered, found).items()
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(_told(answered, found))
    return 0


def _readings(answered: Answered, found: Affinity) -> dict[str, Scores]:
    """Through none, the mix, and the own family where there is one."""
    p = answered.prediction
    each = {r.family: r.scores for r in p.families or ()}
    read = {"none": each[None], "mix": answered.mixed(found.shares[:-1])}
    return read | ({"own": each[p.family]} if p.family is not None else {})


def _told(answered: Answered, found: Affinity) -> str:
    from lfdrt.languages import FAMILY_NAMES, resolve

    p = answered.prediction
    names = [FAMILY_NAMES.get(code, code) for code in found.families]
    width = max(map(len, names))
    language = resolve(p.language).name if p.language else "language unknown"
    lines = [
        f"{found.words} words; {language}. Nats a token by which each head finds them likelier "
        "than chance, 95 % interval over words:",
        "",
    ]
    for place, k in enumerate(found.order):
        mark = "" if place == 0 or found.behind[k] else "  (not apart from the first)"
        lines.append(
            f"{names[k]:{width}} {found.gain[k]:6.2f} [{found.low[k]:5.2f}, {found.high[k]:5.2f}]"
            f"  {found.won[k]:3d} words best{mark}"
        )
    lines += ["", f"The mix: {shares_in_words(found)}.", ""]
    for name, s in _readings(answered, found).items():
        through = {"none": "no family", "mix": "the mix", "own": "the own family"}[name]
        lines.append(f"Read through {through}: {s.label} ({s.mean.max():.0%}).")
    return "\n".join([*lines, *(f"Note: {note}" for note in p.notes)])


def shares_in_words(found: Affinity) -> str:
    """ "45 % Turkic, 20 % Uralic, …": largest first, those from 5 % on by name."""
    from lfdrt.languages import FAMILY_NAMES

    names = [*(FAMILY_NAMES.get(code, code) for code in found.families), "no family"]
    order = sorted(range(len(names)), key=lambda k: -found.shares[k])
    said = [k for k in order if found.shares[k] >= 0.05] or order[:1]
    rest = 1 - sum(found.shares[k] for k in said)
    parts = [f"{found.shares[k]:.0%} {names[k]}" for k in said]
    return ", ".join([*parts, *([f"{rest:.0%} others"] if rest >= 0.005 else [])])


def _study(predictor: Predictor, args: argparse.Namespace) -> int:
    from lfdrt.digest import weights_digest
    from lfdrt.evaluation.mixing import SENTENCES, mixed_languages, mixing_report
    from lfdrt.evaluation.report import readable_json

    if args.out.is_dir():
        raise UserError(f"{args.out} is a folder: name a file in it.")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    origin = {
        "checkpoint": predictor.model.config.name,
        "weights_sha256": weights_digest(predictor.folder),
        "device": predictor.runtime.description,
    }
    found: list[MixedLanguage] = []
    report: dict[str, Any] = {}
    for one in mixed_languages(predictor, args.data, args.sentences or SENTENCES):
        found.append(one)
        agreed = one.agreed.mean(axis=0)
        print(
            f"{one.group} {one.language}: same class as the English side through none "
            f"{agreed[1]:.2f}, the mix {agreed[2]:.2f}; own head's rank {one.rank or 'none'}",
            flush=True,
        )
        report = mixing_report(found, predictor.families)  # so far: a stopped study has something
        args.out.write_text(readable_json(origin | report) + "\n", encoding="utf-8")
    for name, group in report["groups"].items():
        mixed = group["agreed_minus_none"]["mix"]
        low, high = mixed["interval"]
        print(
            f"{name}: the mix minus none {mixed['difference']:+.3f} [{low:+.3f}, {high:+.3f}]; "
            f"own head's rank {group['rank']}, by script {group['script_rank']}"
        )
    return 0
