"""The ordinary paths on the GPU beside the CPU: the same work, what came out, how long it took.

Predict, pretrain (also with layers that are computed again), families, heads, rethink and teach on
few rows, in float32 on the CPU and in the number format that `auto` takes on the device; then
pretrain and families under `accelerate launch`. A check that fails is told and stops no other.
"""

from __future__ import annotations

import itertools
import random
import shutil
import statistics
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lfdrt.checkpoint import read_json, save_checkpoint
from lfdrt.config import to_dict
from lfdrt.data.drawn.face import draw_face
from lfdrt.data.records import parallel_languages, read_parallel
from lfdrt.events import Event, RethinkStep, StepDone, Tried
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.kit.jobs import environment
from lfdrt.kit.places import Places
from lfdrt.kit.recipe import Recipe
from lfdrt.runs.files import write_json
from lfdrt.runs.log import read_events
from lfdrt.runtime import Runtime, resolve_runtime
from lfdrt.training.families.folder import families_in
from lfdrt.training.families.settings import FamiliesSettings
from lfdrt.training.pretrain.assemble import first_model, prepare_run
from lfdrt.training.pretrain.folder import pretrain_in
from lfdrt.training.rethink.folder import rethink_in
from lfdrt.training.rethink.settings import RethinkSettings
from lfdrt.training.teach.folder import teach_in
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.learn import STRENGTHS
from lfdrt.training.teach.settings import TeachSettings

STEPS = {"cpu": 3, "device": 13}
"""Of each training: the CPU's are to be compared, the device's also to be timed."""
WARM = 3
"""First steps that are not timed: kernels are chosen, memory is asked for."""
PAIRS, SENTENCES, SENTENCE_ROWS = 20, 4, 64
TOLERANCE = 0.1
"""Largest difference from the CPU, of 1 or of the value itself where that is larger. bfloat16 has
three digits and dropout its own luck on each device; a wrong mask or index is off by far more."""
LAUNCH_SECONDS = {"cuda": 120, "cpu": 1_200}
"""What starting, reading and three steps of several processes may take."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one device made of a check. step: seconds of one step, where it has steps."""

    values: list[float]
    seconds: float
    step: float | None = None


@dataclass
class Trainings:
    """Hears a training's events."""

    steps: list[StepDone | RethinkStep] = field(default_factory=list)

    def show(self, event: Event) -> None:
        if isinstance(event, StepDone | RethinkStep):
            self.steps.append(event)

    @property
    def step(self) -> float:
        timed = self.steps[WARM:] or self.steps
        return statistics.median(one.seconds for one in timed)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What checks run on: `start` is a checkpoint of the untrained model, `out` where a device
    keeps its runs."""

    places: Places
    recipe: Recipe
    start: Path
    out: Path


Check = Callable[[Bench, Runtime, int], Found]


def run_checks(places: Places, recipe: Recipe, device: str, told: Callable[[str], None]) -> bool:
    """First what all trainings share (features of faces, emotions of pairs), then every check on
    the CPU and on the device; checks.json after each. Whether all were well."""
    runtime = resolve_runtime(device)
    bench = _bench(places, recipe, runtime)
    report: dict[str, Any] = {"runtime": runtime.description, "step_seconds": {}, "checks": {}}
    for name, one in _all(bench, runtime, device):
        try:
            report["checks"][name] = found = one()
        except Exception:  # whatever it is, the next check and the training are to go on
            report["checks"][name] = found = {"ok": False, "error": traceback.format_exc()}
        if (step := found.get("step_seconds")) is not None and name in STAGE_OF:
            report["step_seconds"][STAGE_OF[name]] = step
        write_json(places.checks, report)
        told(f"{name}: {'ok' if found['ok'] else 'NOT OK'} {_short(found)}")
    return all(one["ok"] for one in report["checks"].values())


def _short(found: Mapping[str, Any]) -> str:
    if "error" in found:
        return str(found["error"]).rstrip().splitlines()[-1]
    return ", ".join(f"{k} {v}" for k, v in found.items() if k != "ok")


def _bench(places: Places, recipe: Recipe, runtime: Runtime) -> Bench:
    out = places.work / "checked"
    shutil.rmtree(out, ignore_errors=True)  # of an earlier run, whose trainings would not begin
    settings = replace(recipe.sentiment, disentangle=True)
    model, tokenizer = first_model(places.towers, settings)
    save_checkpoint(out / "start", model, tokenizer, {"name": "start", "selection": "none"})
    return Bench(places=places, recipe=recipe, start=out / "start", out=out)


def _all(bench: Bench, runtime: Runtime, device: str) -> Any:
    yield "prepare", lambda: _prepared(bench, runtime)
    for name, check in CHECKS.items():
        yield name, lambda check=check: _compared(check, bench, runtime)
    count = _processes(runtime)
    yield "launch", lambda: _launched(bench, runtime, device, "sentiment", count)
    if count > 1:  # else it is what was checked above
        yield "launch families", lambda: _launched(bench, runtime, device, "families", count)


def _prepared(bench: Bench, runtime: Runtime) -> dict[str, Any]:
    begun = time.monotonic()
    places = bench.places
    prepare_run(bench.recipe.sentiment, places.towers, places.read, bench.out / "prepare", runtime,
                features=places.features)  # fmt: skip
    return {"ok": True, "seconds": round(time.monotonic() - begun, 1)}


def _compared(check: Check, bench: Bench, runtime: Runtime) -> dict[str, Any]:
    """The CPU after the device, so that a run of little time knows the device's speed at least."""
    there = check(_on(bench, "device"), runtime, STEPS["device"])
    here = check(_on(bench, "cpu"), resolve_runtime("cpu", "float32"), STEPS["cpu"])
    a, b = np.array(there.values), np.array(here.values)
    apart = float((np.abs(a - b) / np.maximum(1, np.abs(b))).max()) if a.shape == b.shape else None
    told: dict[str, Any] = {
        "ok": apart is not None and apart <= TOLERANCE,  # NaN is not
        "apart": apart,
        "seconds": round(there.seconds, 3),
        "cpu_seconds": round(here.seconds, 3),
        "times_as_fast": round(here.seconds / there.seconds, 2),
    }
    if there.step is not None and here.step is not None:
        told |= {
            "step_seconds": round(there.step, 4),
            "cpu_step_seconds": round(here.step, 4),
            "times_as_fast": round(here.step / there.step, 2),
        }
    return told


def _on(bench: Bench, side: str) -> Bench:
    return replace(bench, out=bench.out / side)


def _samples(bench: Bench) -> list[Sample]:
    """Translations of every language, some of each, with the language told: nothing is to be
    detected."""
    few = bench.places.few
    found = [
        Sample(text=pair.translation, language=code)
        for code in parallel_languages(few)
        for pair in read_parallel(few, code, "train")[:SENTENCES]
    ]
    return list(itertools.islice(itertools.cycle(found), SENTENCE_ROWS))


def _predict(bench: Bench, runtime: Runtime, steps: int) -> Found:
    """Many texts, then one with a picture and every view."""
    predictor, samples = Predictor.load(bench.start, runtime), _samples(bench)
    both = replace(samples[0], image=draw_face("joy", random.Random(0), size=128),
                   translation="I am glad to see you.")  # fmt: skip
    views = View.FAMILIES | View.SHARPNESS | View.REGIONS | View.TRANSLATION
    predictor.predict(both, views)
    list(predictor.predict_many(samples))
    begun = time.monotonic()
    found = [*predictor.predict_many(samples), predictor.predict(both, views)]
    seconds = time.monotonic() - begun
    told = [
        s.probabilities_1.tolist() + s.probabilities_2.tolist() for s in (f.scores for f in found)
    ]
    return Found(values=sum(told, []), seconds=seconds)


def _pretrain(
    bench: Bench, runtime: Runtime, steps: int, *, stage: str = "sentiment", again: bool = False
) -> Found:
    """again: layers are computed again on the way back."""
    places = bench.places
    settings = replace(_short_stage(bench.recipe, stage, steps), recompute=again)
    start = places.towers if stage == "sentiment" else bench.start
    heard, begun = Trainings(), time.monotonic()
    pretrain_in(
        bench.out / (f"{stage}-again" if again else stage),
        settings,
        towers=start,
        data=places.few,
        runtime=runtime,
        show=heard.show,
        features=places.features,
    )
    return _trained(heard, begun)


def _short_stage(recipe: Recipe, stage: str, steps: int) -> Any:
    """Emotions were judged of all pairs, and these are few: here they are not balanced."""
    settings = getattr(recipe, stage)
    return replace(settings, steps=min(steps, settings.steps), emotion_balance=0.0)


def _heads(bench: Bench, runtime: Runtime, steps: int) -> Found:
    return _pretrain(bench, runtime, steps, stage="heads")


def _again(bench: Bench, runtime: Runtime, steps: int) -> Found:
    return _pretrain(bench, runtime, steps, again=True)


def _short_families(recipe: Recipe, steps: int) -> FamiliesSettings:
    stage = recipe.families
    return replace(stage, steps=min(steps, stage.steps), pairs=PAIRS, views=1)


def _families(bench: Bench, runtime: Runtime, steps: int) -> Found:
    settings = _short_families(bench.recipe, steps)
    out = bench.out / "families"
    heard, begun = Trainings(), time.monotonic()
    families_in(out, settings, start=bench.start, data=bench.places.few, runtime=runtime,
                show=heard.show)  # fmt: skip
    return _trained(heard, begun)


def _rethink(bench: Bench, runtime: Runtime, steps: int) -> Found:
    """One epoch; compared are its first step's losses."""
    settings = RethinkSettings(epochs=1, batch_rows=16)
    samples = [(str(n), sample) for n, sample in enumerate(_samples(bench))]
    heard, begun = Trainings(), time.monotonic()
    rethink_in(
        bench.out / "rethink",
        settings,
        checkpoint=bench.start,
        samples=samples,
        labelled=(),
        runtime=runtime,
        cached=True,
        show=heard.show,
    )
    return _trained(heard, begun)


def _teach(bench: Bench, runtime: Runtime, steps: int) -> Found:
    """The first half of the rows is labelled, by turns: compared is how likely each way to learn
    finds labels that it was not told."""
    samples = [(str(n), sample) for n, sample in enumerate(_samples(bench))]
    labels = [
        Label(id=str(n), label="joy" if n % 2 else "anger", random=True)
        for n in range(SENTENCE_ROWS // 2)
    ]
    tried: list[Tried] = []

    def show(event: Event) -> None:
        if isinstance(event, Tried):
            tried.append(event)

    begun = time.monotonic()
    teach_in(bench.out / "teach", TeachSettings(rest=True), checkpoint=bench.start,
             samples=samples, labels=labels, runtime=runtime, show=show)  # fmt: skip
    # Only the strengths: what is tried with the rest depends on which of them was best.
    values = [one.likelihood for one in tried[: len(STRENGTHS)]]
    return Found(values=values, seconds=time.monotonic() - begun)


def _trained(heard: Trainings, begun: float) -> Found:
    values = [value for _, value in sorted(heard.steps[0].losses.items())]
    return Found(values=values, seconds=time.monotonic() - begun, step=heard.step)


CHECKS: dict[str, Check] = {
    "predict": _predict,
    "pretrain": _pretrain,
    "recompute": _again,
    "families": _families,
    "heads": _heads,
    "rethink": _rethink,
    "teach": _teach,
}
STAGE_OF = {"pretrain": "sentiment", "families": "families", "heads": "heads"}
"""Checks whose steps are a stage's, for how many of them the minutes have room."""


def _processes(runtime: Runtime) -> int:
    """As many as there are cards, or two on a CPU."""
    return torch.cuda.device_count() if runtime.device.type == "cuda" else 2


def _launched(
    bench: Bench, runtime: Runtime, device: str, stage: str, count: int
) -> dict[str, Any]:
    """Each process has its share of the rows, so the first step's losses are those of one process
    but for dropout. On a CPU, too, it is --multi_gpu that starts several: --cpu starts one."""
    on_cpu = runtime.device.type != "cuda"
    steps, places = STEPS["cpu"], bench.places
    out = bench.out / f"launch-{stage}"
    settings = out.with_suffix(".json")
    if stage == "families":
        write_json(settings, to_dict(_short_families(bench.recipe, steps)))
        words = ["--stage", "families", "--towers", str(bench.start)]
    else:
        write_json(settings, to_dict(_short_stage(bench.recipe, stage, steps)))
        words = ["--towers", str(places.towers), "--features", str(places.features)]
    how = ["--multi_gpu"] if count > 1 else []
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "accelerate.commands.launch", *how, "--num_processes", str(count),
         "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no",
         "--main_process_port", "0",  # any that is free
         "-m", "lfdrt", "pretrain", "--preset", str(settings), "--data", str(places.few),
         "--out", str(out), "--device", device, *words],
        env=environment(count),
        capture_output=True, text=True, check=False,
        timeout=LAUNCH_SECONDS["cpu" if on_cpu else "cuda"],
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"accelerate launch ended with {done.returncode}: {done.stderr[-2000:]}")
    first = next(e for e in read_events(out / "events.jsonl") if isinstance(e, StepDone))
    alone = _on(bench, "device").out / stage / "events.jsonl"
    one = next(e for e in read_events(alone) if isinstance(e, StepDone))
    apart = max(abs(first.losses[k] - v) / max(1, abs(v)) for k, v in one.losses.items())
    card = read_json(out / "checkpoint" / "card.json")
    told = card["families_stage"] if stage == "families" else card
    return {
        "ok": apart <= TOLERANCE and told["processes"] == count,
        "apart": apart,
        "processes": told["processes"],
        "seconds": round(time.monotonic() - begun, 1),
    }
