"""A person at the texts: what is asked, what is kept, labels from elsewhere, and the class mix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.finetune.spec import TeachSpec
from app.finetune.teach import views
from app.finetune.teach.kind import LABELS
from app.finetune.teach.sitting import Sitting, labels_in, shares, sitting, told_mix
from app.jobs.store import JobFolder
from app.models.requests import Refused
from lfdrt.labels import EKMAN7
from lfdrt.training.teach.labels import read_labels
from lfdrt.training.teach.mix import decided
from lfdrt.training.teach.reading import Read
from tests.app.finetune.teach.made import read_teaching
from tests.app.jobs.kinds import until
from tests.csv_files import write

CLASSES = EKMAN7.labels


@pytest.fixture
def folder(tmp_path: Path, tiny_folder: Path) -> Path:
    return read_teaching(tmp_path / "run", tiny_folder)


@pytest.fixture
def at(folder: Path) -> Sitting:
    return sitting(folder)


def anew(folder: Path) -> Sitting:
    """As an app that was started again."""
    record = JobFolder(folder, TeachSpec).record()
    assert record is not None
    return Sitting(folder, record.spec.below(folder))


def test_each_answer_is_on_the_disk_and_found_again(folder: Path, at: Sitting) -> None:
    asked, seen = at.now(), []
    for n in range(10):
        assert asked.question is not None and asked.row is not None
        assert asked.row.text == f"cümle {asked.question.id[1:]}"
        seen.append((asked.question.id, asked.question.random))
        asked = at.answer("label", asked.question.id, CLASSES[n % 7])
        assert [(one.id, one.random) for one in read_labels(folder / LABELS)] == seen
    assert len({name for name, _ in seen}) == 10
    assert [random for _, random in seen] == [False, False, False, False, True] * 2
    assert asked.labels == 10 and asked.given["anger"] == 2
    again = anew(folder)
    assert again.now().question == asked.question
    assert again.now().given == asked.given


def test_the_next_twenty_are_planned_before_they_are_asked_for(folder: Path, at: Sitting) -> None:
    asked, ids = at.now(), []
    for _ in range(20):
        assert asked.question is not None
        ids.append(asked.question.id)
        if len(ids) == 20:
            until(lambda: at._asking._block is not None and at._asking._block[0] == tuple(ids))
        asked = at.answer("skip", asked.question.id, "")
    assert asked.question == anew(folder).now().question


def test_no_label_and_back(folder: Path, at: Sitting) -> None:
    first = at.now().question
    assert first is not None
    second = at.answer("skip", first.id, "").question
    assert second is not None and second.id != first.id
    assert at.answer("none", second.id, "").labels == 0
    assert [one.label for one in read_labels(folder / LABELS)] == [None, None]
    assert at.answer("undo", "", "").question == second
    assert at.answer("undo", "", "").question == first
    assert at.answer("undo", "", "").question == first, "there is no more to take back"
    for act, row, label in (("label", "r999", "joy"), ("label", first.id, "glee"), ("?", "", "")):
        assert at.answer(act, row, label).spoken == 0


def test_an_answer_to_a_page_that_was_open_before_a_restart_knows_its_chance(folder: Path) -> None:
    before = anew(folder)
    asked = before.now()
    for _ in range(4):
        assert asked.question is not None
        asked = before.answer("label", asked.question.id, "joy")
    assert asked.question is not None and asked.question.random
    anew(folder).answer("label", asked.question.id, "joy")
    assert read_labels(folder / LABELS)[-1].random


def test_the_tables_own_labels_are_guessed_and_taken(folder: Path, at: Sitting) -> None:
    counts, meant = at.own()
    assert counts == {"neşe": 8, "öfke": 8, "banana": 7}
    assert meant == {"neşe": "joy", "öfke": "anger", "banana": None}
    shown = views.own("duygu", counts, meant, CLASSES)
    assert '<option value="joy" selected>' in shown and shown.count(" selected") == 2
    asked = at.take_own({"neşe": "joy", "banana": "fear", "öfke": "", "other": "joy"})
    assert asked.given == dict.fromkeys(CLASSES, 0) | {"joy": 8, "fear": 7}
    assert labels_in(folder) == 15
    assert asked.question is not None and asked.question.id not in {
        one.id for one in read_labels(folder / LABELS)
    }


def test_labels_go_to_another_machine_by_their_texts(
    folder: Path, at: Sitting, tmp_path: Path, tiny_folder: Path
) -> None:
    asked = at.now()
    for label in ("joy", "fear"):
        assert asked.question is not None
        asked = at.answer("label", asked.question.id, label)
    elsewhere = read_teaching(tmp_path / "elsewhere", tiny_folder)
    brought, count = sitting(elsewhere).bring(folder / LABELS)
    assert count == 2 and brought.given == asked.given
    own = write(tmp_path / "own.csv", [("text", "label"), ("cümle 3", "😡"), ("başka", "😀")])
    brought, count = sitting(elsewhere).bring(own)
    assert count == 1 and brought.given["anger"] == 1
    strange = write(tmp_path / "strange.csv", [("id", "label"), ("x", "joy"), ("y", "fear")])
    with pytest.raises(Refused, match=r"strange.csv: none of its labelled rows"):
        at.bring(strange)


def test_a_mix_is_what_the_command_reads(folder: Path, at: Sitting) -> None:
    assert told_mix(None, CLASSES) is None
    assert told_mix(dict.fromkeys(CLASSES, 0), CLASSES) is None
    assert told_mix({"joy": 40, "neutral": "x", "glee": 9, "fear": -3}, CLASSES) == {"joy": 40.0}
    full = told_mix(dict.fromkeys(CLASSES, 10), CLASSES)
    assert full is not None and sum(full.values()) == pytest.approx(100, abs=0.5)
    mix = shares({"joy": 40}, CLASSES)
    assert mix[CLASSES.index("joy")] == 0.4 and sum(mix) == pytest.approx(1)
    now, shifted = at.said({"joy": 40})
    read = Read.load(folder / "read.npz")
    for counts, prior in ((now, None), (shifted, mix)):
        expected = np.bincount(decided(read.logits_1, read.logits_2, prior), minlength=7)
        assert counts == dict(zip(CLASSES, expected.tolist(), strict=True))
    assert shifted is not None and shifted["joy"] > now["joy"]


def test_texts_that_are_not_read_are_a_sentence(folder: Path) -> None:
    (folder / "read.npz").write_bytes(b"PK half")
    with pytest.raises(Refused, match="is damaged"):
        anew(folder)
