"""What following a training costs beside it: processor time of one look of the page, each second.

python -m tests.benchmarks.live [--steps 2000]

A look reads new events, makes the panels and both figures as the page gets them. The training is
imitated by its events file alone, so the number holds for any model. Share: of one core, at one
look a second; training on two cores loses half of it. Does not count the browser's own drawing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from app.finetune import run_views
from app.finetune.kind import TRAINING, TrainingJobs
from app.finetune.spec import TrainingSpec
from app.finetune.tab import provenance
from app.jobs.store import JobFolder, JobRecord, new_id, now
from app.kinds import engines
from app.models.service import Service
from app.places import DEFAULT_CHECKPOINT
from lfdrt.events import RethinkStep, RunStarted, to_line

LABELS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
LOOKS = 20


def step(number: int) -> RethinkStep:
    dispute = {"row": str(number), "text": "Ninafurahi sana kukuona leo. " * 5, "picture": 0.0,
               "first": "joy", "p_first": 0.4, "second": "fear", "p_second": 0.5,
               "decided": "fear"}  # fmt: skip
    return RethinkStep(
        step=number,
        epoch=0,
        agree=58,
        disagree=6,
        used=58,
        labels=dict.fromkeys(LABELS, 8),
        flips=number % 5,
        losses={"classifier_1": 1 / number, "classifier_2": 1.1 / number, "masked": 6.0},
        learning_rate=1e-4,
        seconds=0.1,
        rows_per_second=640.0,
        disputes=[dispute] * 3,
    )


def look(jobs: TrainingJobs, service: Service, run: str) -> int:
    """As the page does it; the size of the figures, in characters."""
    live = jobs.live(run, "")
    run_views.head(live)
    run_views.below(live.sums, provenance(service, live))
    return sum(len(figure.to_json()) for figure in run_views.curves(live))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2000)
    steps = parser.parse_args().steps
    with tempfile.TemporaryDirectory() as folder:
        jobs = engines(Path(folder), device="cpu", single_user=True).of(TRAINING)
        service = Service(DEFAULT_CHECKPOINT, "cpu")
        run = JobFolder(Path(folder) / new_id(), TrainingSpec)
        run.path.mkdir()
        spec = TrainingSpec(table=Path("data/table.csv"), rows=64 * steps)
        run.write(JobRecord(name="imitated", owner="", created=now(), spec=spec))
        with run.events.open("w", encoding="utf-8") as events:
            started = RunStarted(steps=steps + LOOKS, settings={"epochs": 1})
            events.writelines(to_line(e) + "\n" for e in (started, *map(step, range(1, steps))))
        look(jobs, service, run.id)  # imports plotly and reads what is there
        spent = 0.0
        for number in range(steps, steps + LOOKS):
            with run.events.open("a", encoding="utf-8") as events:
                events.writelines(to_line(step(number)) + "\n" for _ in range(10))
            begun = time.process_time()
            size = look(jobs, service, run.id)
            spent += time.process_time() - begun
    each = spent / LOOKS
    print(f"{steps:,} steps: {1000 * each:.1f} ms a look, {100 * each:.1f} % of one core; figures "
          f"{size / 1000:.0f} kB")  # fmt: skip


if __name__ == "__main__":
    main()
