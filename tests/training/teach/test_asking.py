"""The order of asking: different things, disagreements first, every fifth by chance."""

from __future__ import annotations

import numpy as np

from lfdrt.training.teach.asking import Asking, Question
from lfdrt.training.teach.reading import Read


def read(rows: int, groups: int = 16, seed: int = 0) -> Read:
    """Rows in far groups of z; both classifiers agree but on every seventh row."""
    rng = np.random.default_rng(seed)
    place = np.arange(rows) % groups
    z = (rng.normal(size=(groups, 64)) * 10)[place] + rng.normal(size=(rows, 64)) * 0.1
    logits = rng.normal(size=(rows, 7))
    other = logits.copy()
    other[::7] = -other[::7]
    return Read(
        ids=tuple(f"r{n}" for n in range(rows)),
        texts=("",) * rows,
        z=z.astype(np.float32),
        logits_1=logits.astype(np.float32),
        logits_2=other.astype(np.float32),
    )


def asked_in_order(asking: Asking, count: int) -> list[Question]:
    found: list[Question] = []
    while len(found) < count and (q := asking.next([q.id for q in found])) is not None:
        found.append(q)
    return found


def test_twenty_questions_are_about_different_things() -> None:
    questions = asked_in_order(Asking(read(400)), 20)
    assert len({q.id for q in questions}) == 20
    assert [q.random for q in questions] == [n % 5 == 4 for n in range(20)]
    groups = {q.row % 16 for q in questions if not q.random}
    assert len(groups) == 16  # chosen by chance, they would be about ten


def test_disagreements_come_first_then_small_margins() -> None:
    rows = read(400)
    chosen = [q for q in asked_in_order(Asking(rows), 40) if not q.random]
    assert {q.because for q in chosen} == {"disagree", "margin"}
    assert all((q.row % 7 == 0) == (q.because == "disagree") for q in chosen)
    for block in (chosen[:16], chosen[16:]):
        reasons = [q.because for q in block]
        assert reasons == sorted(reasons)


def test_another_start_asks_on_where_the_first_stopped() -> None:
    rows = read(100)
    first = asked_in_order(Asking(rows), 60)
    assert asked_in_order(Asking(rows), 60) == first
    for n in (0, 7, 20, 33, 59):
        assert Asking(rows).next([q.id for q in first[:n]]) == first[n]
    assert asked_in_order(Asking(rows, seed=1), 20) != first[:20]


def test_every_row_is_asked_once_and_then_none() -> None:
    questions = asked_in_order(Asking(read(33)), 100)
    assert sorted(q.row for q in questions) == list(range(33))
    assert Asking(read(3)).next(["r0", "r1", "r2"]) is None


def test_labels_from_elsewhere_are_not_asked_about() -> None:
    given = [f"r{n}" for n in range(0, 400, 2)]
    later = Asking(read(400)).next(given)
    assert later is not None and later.id not in given
    assert Asking(read(400)).next(["foreign"]) is not None


def test_rows_that_are_all_the_same_can_be_asked_about() -> None:
    rows = read(30)
    same = Read(ids=rows.ids, texts=rows.texts, z=rows.z * 0, logits_1=rows.logits_1 * 0,
                logits_2=rows.logits_2 * 0)  # fmt: skip
    assert len(asked_in_order(Asking(same), 30)) == 30
