"""`lfdrt evaluate --record FOLDER`: each row's probabilities, for the app to play."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, cast

from lfdrt.commands.options import names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lfdrt.checkpoint import Checkpoint
    from lfdrt.data.records import LabelledText
    from lfdrt.data.sources.sample import SampleRow
    from lfdrt.evaluation.predictions import Predictions
    from lfdrt.evaluation.recordings.recorder import SetRows
    from lfdrt.runtime import Runtime


def record(checkpoint: Checkpoint, args: argparse.Namespace, runtime: Runtime) -> list[Predictions]:
    """The data sets, text only, or with --sample our own set. KeyboardInterrupt (a sentence) where
    it is stopped."""
    from lfdrt.commands.recording_run import run_to_end
    from lfdrt.evaluation.recordings.files import ROWS
    from lfdrt.evaluation.recordings.recorder import Recorder, predictions_of, run_of

    read = _sample_sets if args.sample else _text_sets
    sets, predict = read(checkpoint, args, runtime)
    run = run_of(
        checkpoint,
        runtime,
        name=args.record.name,
        note=args.note,
        inputs=args.inputs,
        carries=args.sample,
    )
    recorder = Recorder(args.record, run, sets, predict)
    kept = f"{recorder.work.path.name} keeps what is finished; the same command continues."
    about = f"{args.inputs}; a demonstration set" if args.sample else args.inputs
    run_to_end(recorder, args.record.name, stopped=kept, about=about, follow_in=args.follow)
    recording = recorder.publish()
    size = (args.record / ROWS).stat().st_size / 1e6
    print(f"{args.record}: {len(recording):,} rows recorded, {size:.1f} MB.")
    return predictions_of(recording)


def _sample_sets(
    checkpoint: Checkpoint, args: argparse.Namespace, runtime: Runtime
) -> tuple[list[SetRows], Callable[[SetRows], Predictions]]:
    from lfdrt.data.sources.sample import read_sample, sample_languages
    from lfdrt.evaluation.recordings.recorder import SetRows
    from lfdrt.evaluation.sample_predictions import IMAGE, predict_sample
    from lfdrt.evaluation.suites import disentangler

    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    family = "none" if args.inputs == IMAGE else args.family
    sets = [
        SetRows(
            rows=read_sample(language),
            read_through=disentangler(model, language, family),
            excluded=(),
        )
        for language in names(args.languages) or sample_languages()
    ]

    def predict(one: SetRows) -> Predictions:
        return predict_sample(
            model,
            tokenizer,
            cast("Sequence[SampleRow]", one.rows),
            one.read_through,
            args.inputs,
            runtime,
        )

    return sets, predict


def _text_sets(
    checkpoint: Checkpoint, args: argparse.Namespace, runtime: Runtime
) -> tuple[list[SetRows], Callable[[SetRows], Predictions]]:
    from lfdrt.evaluation.evaluate import predict_texts
    from lfdrt.evaluation.recordings.recorder import suite_sets
    from lfdrt.evaluation.suites import disentangler, suites_of

    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    suites = suites_of(model.config.label_set.name, names(args.sets), names(args.languages))
    sets = suite_sets(args.data, suites, lambda code: disentangler(model, code, args.family))

    def predict(one: SetRows) -> Predictions:
        return predict_texts(
            model,
            tokenizer,
            cast("Sequence[LabelledText]", one.rows),
            [one.read_through],
            runtime,
            excluded=one.excluded,
        )[0]

    return sets, predict
