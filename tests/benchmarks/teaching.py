"""What a mix and labels gain: F1 on rows that nobody was asked about, by way, set and draw.

python -m tests.benchmarks.teaching --data ../shared/data --features runs/teaching

A draw holds back 40 % of a set's dev rows, on which everything is scored. Of the others, labels are
revealed when asked for: in the order of `Asking`, or by chance. Learning and guard are those of
`lfdrt teach`; "with the rest" is its `--rest`, the rest being the other rows of these. "A third
off": each class's true share times 4/3 or 2/3, by chance. Twice: as it is, where a set's texts may
be predicted as a class that the set has not; and with such classes never predicted, before or
after, as the repository's other tables have it. The first is what a person meets, part of whose
gain is that the model learns which classes there are; the second leaves that out.

Texts are encoded once a text encoder, into --features (10 minutes of a core); then a run with any
checkpoint on that encoder takes minutes of one core, all of them computed anew. The settings of
`lfdrt.training.teach` were chosen on `CHOSEN_ON` and then fixed. Writes teaching.json, teaching.md
and summary.json, which hold scores and no rows, into assets/benchmarks/teaching/.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from lfdrt.checkpoint import load_checkpoint
from lfdrt.runtime import resolve_runtime
from lfdrt.training.teach.asking import Asking
from lfdrt.training.teach.gain import SCORES, confusion
from lfdrt.training.teach.learn import best, held_out, learn
from lfdrt.training.teach.mix import decided
from lfdrt.training.teach.reading import Read
from lfdrt.training.teach.rest import Rest
from lfdrt.training.teach.settings import MEASURES
from lfdrt.training.teach.standing import stands_for
from tests.benchmarks.teaching_data import SETS, Prepared, prepare
from tests.benchmarks.teaching_table import CHOSEN_ON, WITH_REST, Line, write

OUT = Path("assets/benchmarks/teaching")
COUNTS = (20, 50, 100)
DRAWS = 5
HELD = 0.4


def lines(one: Prepared, draw: int) -> Iterator[Line]:
    """All that is measured of a set in one draw."""
    order = np.random.default_rng(draw).permutation(len(one.gold))
    held, pool = np.split(order, [int(HELD * len(order))])
    for lacking, logits in (("predicted", one.logits), ("left out", one.without)):
        before = decided(logits[0][held], logits[1][held], None)
        for way, count, aim, after in _ways(one, logits, pool, held, draw):
            was, now = (
                {name: 100 * float(score(_table(one, held, p))) for name, score in SCORES.items()}
                for p in (before, after)
            )
            yield Line(set=one.set.name, draw=draw, lacking=lacking, way=way, labels=count,
                       aim=aim, before=was, after=now)  # fmt: skip


def _ways(
    one: Prepared, logits: np.ndarray, pool: np.ndarray, held: np.ndarray, draw: int
) -> Iterator[tuple[str, int, str, np.ndarray]]:
    """Way, labels, aim, and the classes of the held-back rows then."""
    for way, mix in _mixes(one, draw).items():
        yield way, 0, "", decided(logits[0][held], logits[1][held], mix)
    asked = _asked(one.read(pool, logits), max(COUNTS), draw)
    for way, rows, rest in (("asked", asked, True), ("by chance", pool, False)):
        for count in COUNTS:
            if count <= len(rows):
                task = Task(one=one, logits=logits, rows=rows[:count], pool=pool)
                for more, aim, after in task.taught(held, draw, rest=rest):
                    yield way + more, count, aim, after


def _table(one: Prepared, rows: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return confusion(one.gold[rows], predicted, one.logits.shape[-1])


def _mixes(one: Prepared, draw: int) -> dict[str, np.ndarray]:
    true = np.bincount(one.gold, minlength=one.logits.shape[-1]) / len(one.gold)
    off = true * np.random.default_rng([draw, 1]).choice([2 / 3, 4 / 3], len(true))
    return {"true mix": true, "mix a third off": off / off.sum()}


def _asked(read: Read, count: int, draw: int) -> np.ndarray:
    """Row numbers in the order of asking. Shape: (at most count,)."""
    asking, asked = Asking(read, seed=draw), []
    while len(asked) < count and (question := asking.next(asked)) is not None:
        asked.append(question.id)
    return np.array([int(name) for name in asked])


@dataclass(frozen=True, kw_only=True)
class Task:
    """Labels of `rows`, and of a person's table that is the `pool`. Shape: logits (2, N, C), row
    numbers (n,) and (P,)."""

    one: Prepared
    logits: np.ndarray
    rows: np.ndarray
    pool: np.ndarray

    def taught(
        self, held: np.ndarray, draw: int, *, rest: bool
    ) -> Iterator[tuple[str, str, np.ndarray]]:
        """ "" or WITH_REST, aim, and classes of the held-back rows after the guard. Shape: (M,)."""
        one, logits = self.one, self.logits
        known = one.labelled(self.rows, logits)
        others = self._others() if rest else None
        found = held_out(known, draw, others)
        ways = {"": best([way for way in found if not way.share])}
        for more, way in (ways | ({WITH_REST: best(found)} if rest else {})).items():
            for aim in MEASURES:
                o, prior = logits[:, held], None
                if self._gain(aim, way.predicted(aim, None)) > 0:
                    change = learn(known, aim, None, way, others)
                    o, prior = change.logits(one.hidden[:, held], o), change.prior
                yield more, aim, decided(o[0], o[1], prior)

    def _others(self) -> Rest:
        rows = np.setdiff1d(self.pool, self.rows)
        return Rest(hidden=self.one.hidden[:, rows], logits=self.logits[:, rows])

    def _gain(self, aim: str, predicted: np.ndarray) -> float:
        """As the guard looks at it. Shape: (n,) classes."""
        first, second = self.logits[:, self.pool]
        place = np.argsort(self.pool)[np.searchsorted(np.sort(self.pool), self.rows)]
        said = decided(first, second, None)
        weights = stands_for(said, first.argmax(1) == second.argmax(1), place)
        was, now = (
            SCORES[MEASURES[aim]](
                confusion(self.one.gold[self.rows], p, self.logits.shape[-1], weights)
            )
            for p in (said[place], predicted)
        )
        return float(now - was)


def seconds(prepared: list[Prepared]) -> dict[str, float]:
    """Of one core: the slowest of forty questions among 2,000 rows, the first aside (one in twenty
    plans the next ones, which the page does while a person reads), and learning from 100 of
    them."""
    rows = 2000
    z, hidden = (np.concatenate([getattr(p, n) for p in prepared], a)
                 for n, a in (("z", 0), ("hidden", 1)))  # fmt: skip
    logits = np.concatenate([p.logits for p in prepared], 1)
    some = np.random.default_rng(0).permutation(len(z))[:rows]
    read = Read(ids=tuple(map(str, range(rows))), texts=("",) * rows, z=z[some],
                logits_1=logits[0][some], logits_2=logits[1][some])  # fmt: skip
    asking, asked, took = Asking(read), [], []
    for _ in range(40):
        begun = time.process_time()
        question = asking.next(asked)
        took.append(time.process_time() - begun)
        assert question is not None
        asked.append(question.id)
    gold = np.concatenate([p.gold for p in prepared])[some]
    whole = Prepared(set=SETS[0], z=read.z, hidden=hidden[:, some], logits=logits[:, some],
                     without=logits[:, some], gold=gold)  # fmt: skip
    task = Task(one=whole, logits=whole.logits, rows=np.arange(100), pool=np.arange(rows))
    told = {"question": max(took[1:])}
    for name, rest in (("learning", False), ("with_rest", True)):
        begun = time.process_time()
        list(task.taught(np.arange(rows), 0, rest=rest))
        told[name] = time.process_time() - begun
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/compact"))
    parser.add_argument("--sets", help="such as 'xed fi,mmeld es'; default: all, and tables")
    args = parser.parse_args()
    torch.set_num_threads(1)
    loaded, runtime = load_checkpoint(args.checkpoint), resolve_runtime("cpu")
    found: list[Line] = []
    prepared = []
    for one in SETS:
        if args.sets and one.name not in args.sets.split(","):
            continue
        prepared.append(prepare(one, args.data, args.features, loaded, runtime))
        found += [line for draw in range(DRAWS) for line in lines(prepared[-1], draw)]
        print(one.name, len(prepared[-1].gold), "rows", flush=True)
    if not args.sets:
        about = {"checkpoint": args.checkpoint.name, "draws": DRAWS, "chosen_on": CHOSEN_ON}
        write(OUT, found, about, seconds(prepared))
    else:
        from tests.benchmarks.teaching_table import markdown

        print(markdown(found, {}))


if __name__ == "__main__":
    main()
