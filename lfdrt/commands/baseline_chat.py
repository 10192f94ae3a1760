"""`lfdrt baseline gpt4o`: a chat endpoint labels the sets that `lfdrt evaluate --record` records.

Nothing is trained. OUT/gpt4o/answers.jsonl keeps every answer, so that no question is paid for
twice; it holds no text, and no key, which comes from the environment alone.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands.options import names
from lfdrt.errors import UserError
from lfdrt.labels import EKMAN7, LABEL_SETS

if TYPE_CHECKING:
    from lfdrt.baselines.chat.predictor import ChatPredictor
    from lfdrt.baselines.chat.settings import ChatSettings
    from lfdrt.baselines.chat.tally import Outgoing
    from lfdrt.evaluation.recordings.recorder import SetRows
    from lfdrt.evaluation.recordings.recording import RecordedRun

NAME = "gpt4o"
ABOUT = "any OpenAI-compatible chat endpoint, texts and pictures; asked as it is, learns nothing"
ANSWERS = "answers.jsonl"
CHUNKS = 4
"""Rows between two looks at the control file, for each question that may be under way."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those that only a chat endpoint has."""
    add = parser.add_argument_group(
        f"only {NAME}", "a chat endpoint, to which texts and pictures are sent"
    ).add_argument
    add("--label-set", default=EKMAN7.name, choices=LABEL_SETS, help="default: ekman7")
    add("--sets", default="", metavar="A,B", help="data sets (default: all)")
    add("--languages", default="", metavar="A,B", help="default: all")
    add(
        "--sample", action="store_true", help="the bundled sample set, no evidence; needs no --data"
    )
    add("--inputs", help="of --sample: text, image or text and image (default)")
    add("--note", default="", help="a sentence about the recording")
    add("--model", default="gpt-4o", metavar="NAME", help="default: gpt-4o")
    add(
        "--base-url",
        default="https://api.openai.com/v1",
        metavar="URL",
        help="address that ends before /chat/completions (default: https://api.openai.com/v1)",
    )
    add(
        "--key-variable",
        default="OPENAI_API_KEY",
        metavar="NAME",
        help="environment variable that holds the key (default: OPENAI_API_KEY)",
    )
    add(
        "--temperature",
        type=_temperature,
        default=0.0,
        metavar="T",
        help="default: 0; none leaves it to the server",
    )
    add(
        "--probabilities",
        action="store_true",
        help="also ask for a probability of each label (more tokens)",
    )
    add("--requests-per-minute", type=float, default=60.0, metavar="N", help="default: 60")
    add("--concurrency", type=int, default=4, metavar="N", help="requests at once (default: 4)")
    add(
        "--retries",
        type=int,
        default=5,
        metavar="N",
        help="of a request that fails for a reason that may pass (default: 5)",
    )
    add("--timeout", type=float, default=60.0, metavar="S", help="seconds (default: 60)")
    add("--price-in", type=float, metavar="P", help="price of a million tokens sent")
    add("--price-out", type=float, metavar="P", help="price of a million tokens received")
    add("--max-requests", type=int, metavar="N", help="of this run; retries count")
    add("--max-cost", type=float, metavar="P", help="of this run, beside what is under way")
    add("--yes", action="store_true", help="send without asking")


def _temperature(text: str) -> float | None:
    try:
        return None if text == "none" else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number, and not none") from None


def run(args: argparse.Namespace) -> int:
    """UserError for settings, data, a key or an endpoint that cannot be used."""
    from lfdrt.baselines.chat.settings import read_key

    settings = _settings(args)
    inputs, record = _check(args)
    key = read_key(settings.key_variable)
    from lfdrt.baselines.chat.cache import AnswerCache
    from lfdrt.baselines.chat.predictor import ChatPredictor
    from lfdrt.baselines.chat.recording import chat_run, data_sets, sample_sets
    from lfdrt.baselines.chat.tally import outgoing

    labels, languages = LABEL_SETS[args.label_set], names(args.languages)
    if args.sample:
        sets = sample_sets(languages, labels)
    else:
        sets = data_sets(args.data, names(args.sets), languages, labels)
    asked = {"inputs": inputs, "probabilities": args.probabilities}
    about = chat_run(
        settings, labels, name=record.name, note=args.note, carries=args.sample, **asked
    )
    with (
        AnswerCache(args.out / NAME / ANSWERS) as cache,
        ChatPredictor(settings, key, cache, label_set=labels, **asked) as predictor,
    ):
        _confirm(outgoing(predictor.rows(sets)), settings, sure=args.yes)
        _record(predictor, record, about, sets, settings)
    return 0


def _record(
    predictor: ChatPredictor,
    folder: Path,
    about: RecordedRun,
    sets: list[SetRows],
    settings: ChatSettings,
) -> None:
    from lfdrt.baselines.chat.settings import ChatError
    from lfdrt.baselines.chat.tally import note, tally
    from lfdrt.commands.recording_run import run_to_end
    from lfdrt.evaluation.recordings.recorder import Recorder

    recorder = Recorder(folder, about, sets, predictor.predict, chunk=CHUNKS * settings.concurrency)
    kept = f"{ANSWERS} keeps what was answered; the same command continues."
    try:
        run_to_end(recorder, folder.name, stopped=kept, about=about.inputs)
    except ChatError as error:
        raise ChatError(f"{error} {kept}") from None
    finally:
        usage = predictor.usage
        took = _took(usage.tokens_in, usage.tokens_out, usage.uncounted, settings)
        print(f"This time: {usage.requests:,} requests, {took}.")
    counts = tally(list(predictor.rows(sets)))
    recording = recorder.publish(note=note(counts))
    took = _took(counts.tokens_in, counts.tokens_out, counts.uncounted, settings)
    print(f"{folder}: {len(recording):,} rows recorded; all their answers: {took}.")
    print(recording.run.note)


def _settings(args: argparse.Namespace) -> ChatSettings:
    from lfdrt.baselines.chat.settings import ChatSettings

    return ChatSettings(**{field.name: getattr(args, field.name) for field in fields(ChatSettings)})


def _check(args: argparse.Namespace) -> tuple[str, Path]:
    """What is read of a row, one of `INPUTS`, and the recording's folder; refuses contradictions
    before anything takes time."""
    from lfdrt.evaluation.recordings.recording import INPUTS

    trained = ("text_encoder", "image_encoder", "stand_in", "steps")
    if more := [name for name in trained if getattr(args, name)]:
        raise UserError(f"{NAME} takes no --{more[0].replace('_', '-')}: leave it out.")
    if args.data is None and not args.sample:
        raise UserError("--data is missing: name the data folder, or take --sample.")
    if args.sample and (args.data is not None or args.sets):
        raise UserError("--sample is a set of its own: leave out --data and --sets.")
    if args.inputs is not None and not args.sample:
        raise UserError("--inputs goes with --sample: the data sets are read as text.")
    inputs = args.inputs or (INPUTS[-1] if args.sample else INPUTS[0])
    if inputs not in INPUTS:
        raise UserError(f"--inputs {inputs!r} is not one of {', '.join(INPUTS)}.")
    record = args.record or args.out / NAME / re.sub(r"[^\w.-]+", "-", args.model)
    if record.exists():
        raise UserError(f"{record} is there already: delete it or name another folder.")
    return inputs, record


def _confirm(sent: Outgoing, settings: ChatSettings, *, sure: bool) -> None:
    """Says what leaves the machine, and for where. UserError: nobody agreed."""
    if not sent.questions:
        print(f"All answers are in {ANSWERS}: nothing is sent.")
        return
    where = "on this machine" if settings.local else "beyond this machine"
    print(
        f"{sent.questions:,} questions are open. To ask them, {sent.letters:,} letters of text and "
        f"{sent.pictures:,} pictures are sent to {settings.host}, {where}: see that its terms and "
        "the licences of the data allow it."
    )
    if not (settings.local or settings.encrypted):
        print("The address is http: others on the way can read the texts and the key.")
    if sure:
        return
    if not sys.stdin.isatty():
        raise UserError("nothing was sent: agree to it with --yes.")
    if input("Send them? [y/N] ").strip().lower() not in ("y", "yes"):
        raise UserError("nothing was sent.")


def _took(tokens_in: int, tokens_out: int, uncounted: int, settings: ChatSettings) -> str:
    cost = settings.cost(tokens_in, tokens_out)
    price = (
        "cost unknown without --price-in and --price-out" if cost is None else f"cost {cost:.4f}"
    )
    more = f", without {uncounted:,} answers whose tokens the server does not tell"
    told = f"{tokens_in:,} tokens in, {tokens_out:,} out, {price}"
    return told + (more if uncounted else "")
