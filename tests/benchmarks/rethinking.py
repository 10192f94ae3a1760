"""Does rethinking help? Macro-F1 on held-out rows before and after, by setting, language and seed.

python -m tests.benchmarks.rethinking --data ../shared/data --features runs/rethinking
    [--settings NAMES] [--seeds 0,1,2] [--report]

Text: adapts on a language's `adapt` rows (at most 1,500, no labels), scores all its `dev` rows.
Picture: adapts on half of the dev rows, each with a face of its label (30 % any face), and scores
the other half with faces; then the reverse. The same halves without faces are beside it.
Ceiling: as the halves, but taught by the true labels. A language is encoded once, into --features
(minutes); a setting then takes a second or two a language and seed where only classifiers learn.

Settings were chosen on `CHOSEN_ON` and then fixed; means leave those languages out. Every result is
a line of results.jsonl, and what is there is not done again. Writes rethinking.json and .md, which
hold scores and no rows, into assets/benchmarks/rethinking/.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from lfdrt.checkpoint import Checkpoint, load_checkpoint
from lfdrt.config import to_dict
from lfdrt.evaluation.bootstrap import macro_f1
from lfdrt.model.classifiers import decide
from lfdrt.runtime import Runtime, resolve_runtime
from lfdrt.training.rethink.fused import FusedStore
from lfdrt.training.rethink.results import ask_all
from lfdrt.training.rethink.run import RethinkRun
from tests.benchmarks.rethinking_data import SETS, Data, Part, Prepared, Set
from tests.benchmarks.rethinking_settings import SETTINGS, Arm
from tests.benchmarks.rethinking_table import write_report

CHOSEN_ON = ("xed fi", "mmeld es")
OUT = Path("assets/benchmarks/rethinking")


class Bench:
    """One loaded checkpoint, given back its weights after every run."""

    def __init__(self, loaded: Checkpoint, runtime: Runtime, scratch: Path) -> None:
        self._loaded, self._runtime, self._scratch = loaded, runtime, scratch
        model = loaded.model
        self._start = {n: p.clone() for n, p in model.state_dict().items()
                       if not n.startswith(("text.", "image."))}  # fmt: skip
        self._config, self._adapter = model.config, model.adapter
        self._kept: dict[int, FusedStore] = {}

    def measure(self, one: Prepared, arm: Arm, seed: int) -> dict[str, float]:
        """Macro-F1 before and after, in points; means over both halves where there are halves."""
        found = []
        for learn, report in one.splits(arm.rows):
            run = self._fresh(learn, arm, seed)
            before = self._score(one, report, run)
            if arm.labels:
                _teach(run, learn.gold, self._runtime)
            else:
                *_, finished = run.events()
                assert finished.reason in ("done", "collapsed")
            found.append((before, self._score(one, report, run)))
        before, after = np.mean(found, axis=0)
        return {"before": 100 * float(before), "after": 100 * float(after)}

    def _fresh(self, learn: Part, arm: Arm, seed: int) -> RethinkRun:
        model, settings = self._loaded.model, replace(arm.settings, seed=seed)
        model.config, model.adapter = self._config, self._adapter
        model.load_state_dict(self._start, strict=False)
        if settings.through == "encoder":
            torch.manual_seed(seed)
            model.add_adapter(settings.adapter_width)
        run = RethinkRun(
            model=model,
            store=learn,
            settings=settings,
            runtime=self._runtime,
            state_file=self._scratch / "state.pt",
        )
        self._share(learn, run.fused)
        return run

    def _share(self, part: Part, fused: FusedStore) -> FusedStore:
        """Nothing below the classifiers changes from run to run: z is computed once for all."""
        if fused.keeps:
            fused.adopt(self._kept.setdefault(id(part), fused))
        return fused

    def _score(self, one: Prepared, report: Part, run: RethinkRun) -> float:
        labels = self._loaded.model.config.label_set.labels
        fused = FusedStore(run.rethinker, report, self._runtime)
        if run.rethinker.frozen_below:
            self._share(report, fused)
        p_1, p_2 = ask_all(run.rethinker, fused, self._runtime).probabilities
        for p in (p_1, p_2):
            p[:, [labels.index(name) for name in one.set.excluded]] = -1
        table = np.zeros((len(labels), len(labels)))
        np.add.at(table, (report.gold, decide(p_1, p_2).numpy()), 1)
        return float(macro_f1(table))


def _teach(run: RethinkRun, gold: np.ndarray, runtime: Runtime) -> None:
    """The same weights, steps and rates, but every row teaches its true label."""
    target = torch.from_numpy(gold)
    for step in range(run.steps):
        rows = run.rows_of(*divmod(step, run.per_epoch))
        for group in run.optimizer.param_groups:
            group["lr"] = run.settings.rate * (1 - step / run.steps)
        with runtime.autocast():
            logits = run.rethinker.classify(run.fused.read(rows.tolist()))
            loss = sum(F.cross_entropy(o, target[rows]) for o in logits) / 2
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(run.weights.values()), 1.0)
        run.optimizer.step()
        run.optimizer.zero_grad(set_to_none=True)


def results(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/compact"))
    parser.add_argument("--settings", help="names, by semicolons; default: all")
    parser.add_argument("--sets", help="such as 'xed fi,mmeld es'; default: all")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--report", action="store_true", help="only write the tables")
    args = parser.parse_args()
    args.features.mkdir(parents=True, exist_ok=True)
    held = args.features / "results.jsonl"
    if not args.report:
        _measure(args, held)
    about = {name: {"rows": arm.rows, "true_labels": arm.labels, **to_dict(arm.settings)}
             for name, arm in SETTINGS.items()}  # fmt: skip
    write_report(OUT, results(held), about, CHOSEN_ON)


def _measure(args: argparse.Namespace, held: Path) -> None:
    runtime = resolve_runtime("cpu")
    loaded = load_checkpoint(args.checkpoint)
    data, bench = Data(args.data, args.features, loaded, runtime), Bench(loaded, runtime,
                                                                        args.features)  # fmt: skip
    names = args.settings.split(";") if args.settings else list(SETTINGS)
    done = {(r["setting"], r["set"], r["seed"]): None for r in results(held)}
    prepared: dict[Set, Prepared] = {}
    for name in names:
        for one in SETS:
            if args.sets and one.name not in args.sets.split(","):
                continue
            for seed in map(int, args.seeds.split(",")):
                if (name, one.name, seed) in done:
                    continue
                if one not in prepared:
                    prepared[one] = data.prepare(one)
                found = bench.measure(prepared[one], SETTINGS[name], seed)
                line = {"setting": name, "set": one.name, "seed": seed, **found}
                with held.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                gain = found["after"] - found["before"]
                print(f"{name:38} {one.name:12} {seed}  {found['before']:.2f} {gain:+.2f}",
                      flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
