"""What the Fine-tune tab says: verdicts, findings, disagreements; nothing of a user's is HTML."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pytest

from app.finetune import data as finetune_data
from app.finetune import outcome as finetune_outcome
from app.finetune import run_views as finetune_run
from app.finetune import words
from app.finetune.data import samples
from app.finetune.kind import Progress
from app.finetune.outcome import Confusion, Outcome, Scored
from app.finetune.spec import TrainingSpec
from app.intake.reading import reading, report
from app.intake.upload import Upload
from app.jobs.history import entry
from app.jobs.kind import Info, Live
from app.models.service import Service
from app.page import plots
from app.page.saving import Provenance
from lfdrt.data.intake.read import Intake, IntakeProgress, read_intake
from lfdrt.data.intake.report import LengthBin, Tokens
from lfdrt.events import EpochDone, RethinkStep
from tests.app.jobs.fake import one_step

EVIL = "<img src=x onerror=alert(1)>"
FILES = Provenance(file="habari", source="LFD-RT 9.9; checkpoint Habari")

SPEC = TrainingSpec(table=None, language="sw", rows=10, checkpoint=Path("compact"))
INFO = Info(id="00ff", name="Habari", owner="", state="running", reason="",
            created="2026-11-25T10:00:00", spec=SPEC, folder=Path("00ff"))  # fmt: skip


def point(step: int, agree: int) -> RethinkStep:
    losses = {"classifier_1": 0.5, "classifier_2": 0.4, "masked": 3.0}
    return replace(
        one_step(step), agree=agree, disagree=5 - agree, used=agree, flips=1, losses=losses
    )


def epoch(number: int, step: int) -> EpochDone:
    return EpochDone(step=step, epoch=number, agree=7, disagree=3, used=7, labels={"joy": 7},
                     flips=0, seconds=1.0)  # fmt: skip


DISPUTE = {"row": "7", "text": EVIL, "picture": 0.0, "first": "joy", "p_first": 0.4,
           "second": "anger", "p_second": 0.6, "decided": "anger"}  # fmt: skip


def sums(**changes: object) -> Progress:
    """In the second of four passes, two of whose steps are done."""
    made = Progress()
    vars(made).update(
        seen=9, stage="training", step=3, steps=8, epoch=1, epochs=4, seconds=61.0,
        points=[point(1, 3), point(2, 4), point(3, 2)], epochs_done=[epoch(0, 2)],
        labels=Counter({"joy": 2, "anger": 0}), disputes=deque([DISPUTE]),
    )  # fmt: skip
    made._recent.append((20.0, 250))
    vars(made).update(changes)
    return made


def live(state: str = "running", failure: str = "", **changes: object) -> Live:
    info = replace(INFO, state=state)
    return Live(info=info, sums=sums(**changes), elapsed=70.0, failure=failure)


SCORES = {"accuracy": 0.5, "macro_f1": 0.4, "weighted_f1": 0.45}
CONFUSION = Confusion(labels=("joy", "anger"), counts=((3, 1), (0, 2)))
OUTCOME = Outcome(
    rows=10,
    distribution_before={"joy": 6, "anger": 4},
    distribution_after={"joy": 5, "anger": 5},
    agreement_before=0.9,
    agreement_after=1.0,
    changed=({"id": "7", "text": EVIL, "label_before": "joy", "label_after": "anger"},),
    changed_count=1,
    scores=Scored(rows=6, before=SCORES, after=SCORES | {"macro_f1": 0.6},
                  confusion_before=CONFUSION, confusion_after=CONFUSION, righted=9, wronged=1,
                  chance=0.021),
)  # fmt: skip


def read(table: Path) -> Intake:
    return [x for x in read_intake(table) if isinstance(x, Intake)][0]


class TestThisPass:
    def test_counts_only_the_steps_after_the_last_pass(self):
        assert finetune_run.this_pass(sums()) == {"agree": 2, "disagree": 3, "used": 2, "flips": 1}

    def test_a_pass_that_has_just_ended_is_shown_whole(self):
        """Steps 1 and 2: 3 + 4 agree, 2 + 1 do not."""
        ended = sums(points=[point(1, 3), point(2, 4)], step=2)
        assert finetune_run.this_pass(ended) == {"agree": 7, "disagree": 3, "used": 7, "flips": 2}

    def test_the_head_says_how_far_it_is(self):
        said = finetune_run.head(live())
        for part in ("Pass 2 of 4", "step 3 of 8", "61\u00a0s so far", "about 2\u00a0min left"):
            assert part in said

    def test_before_the_first_step_it_tells_what_is_prepared(self):
        early = live(stage="encoding", done=5, total=10, points=[])
        assert "Reading the sentences once: 5 / 10" in finetune_run.head(early)
        assert "width:50.0%" in finetune_run.head(early)

    @pytest.mark.parametrize("state", ["failed", "lost"])
    def test_a_failure_says_what_to_do(self, state: str):
        said = finetune_run.head(live(state, EVIL))
        assert 'role="alert"' in said
        assert EVIL not in said
        assert {"failed": "start again", "lost": "is saved"}[state] in said


class TestDisputes:
    def test_the_classifier_whose_word_counts_is_marked(self):
        said = finetune_run.below(sums(), FILES)
        assert '<td class=counts-now><span class="label-mark" data-class="anger">' in said
        assert "60\u00a0%" in said
        assert EVIL not in said

    def test_a_row_that_is_disputed_in_every_pass_stands_once_by_its_newest_word(self):
        older = DISPUTE | {"p_second": 0.51}
        said = finetune_run.below(sums(disputes=deque([DISPUTE, older])), FILES)
        assert "60\u00a0%" in said and "51\u00a0%" not in said

    def test_a_picture_without_words_is_named(self):
        said = finetune_run.below(sums(disputes=deque([DISPUTE | {"text": ""}])), FILES)
        assert words.PICTURE_ONLY in said


class TestVerdict:
    def test_more_righted_than_luck_helped(self):
        kind, said = words.verdict(0.4, 0.6, 9, 1, 0.021)
        assert kind == "helped"
        assert "9 rows with a label became right, 1 became wrong" in said

    def test_what_a_coin_does_as_well_is_no_difference(self):
        assert words.verdict(0.4, 0.45, 3, 1, 0.625)[0] == "same"

    def test_more_wronged_than_luck_hurt(self):
        kind, said = words.verdict(0.6, 0.4, 1, 9, 0.021)
        assert kind == "hurt"
        assert "Keep the model that you started from." in said

    def test_without_labels_nobody_can_say(self):
        kind, said = words.verdict_unlabelled(4, 10)
        assert kind == "unknown"
        assert "4 of 10 rows" in said

    def test_the_outcome_shows_scores_and_changes_and_escapes(self):
        said = finetune_outcome.outcome(OUTCOME, "done", FILES)
        for part in ("It helped", "+20.0", "On 6 rows with a label", "90\u00a0%", "100\u00a0%"):
            assert part in said
        assert EVIL not in said

    def test_a_discarded_run_tells_no_scores(self):
        said = finetune_outcome.outcome(OUTCOME, "discarded", FILES)
        assert "Macro-F1" not in said

    def test_without_labels_there_is_no_table_of_scores(self):
        said = finetune_outcome.outcome(replace(OUTCOME, scores=None), "done", FILES)
        assert "Nobody can say" in said and "Macro-F1" not in said


def files(html: str) -> list[tuple[str, str]]:
    """Names and kinds, in their order; each has a source."""
    assert html.count('data-source="LFD-RT 9.9; checkpoint Habari"') == html.count('class="saved"')
    return re.findall(r'data-download="(\w+)" data-name="habari-([^"]*)\.', html)


def test_everything_of_a_run_is_saved():
    kinds = ("csv", "svg", "png")
    assert files(finetune_run.below(sums(), FILES)) == [
        *((kind, "agreement") for kind in kinds),
        *((kind, "losses") for kind in kinds),
        *((kind, "pseudo-labels") for kind in kinds),
        ("csv", "passes"),
        ("csv", "disagreements"),
    ]
    assert files(finetune_outcome.outcome(OUTCOME, "done", FILES)) == [
        ("csv", "scores"),
        *((kind, "confusion-before") for kind in kinds),
        *((kind, "confusion-after") for kind in kinds),
        *((kind, "labels") for kind in kinds),
        ("csv", "changed"),
    ]
    assert files(finetune_outcome.runs_table([INFO], FILES)) == [("csv", "history")]
    assert files(finetune_outcome.runs_table([], FILES)) == []


def test_saved_scores_are_exact_and_texts_run_nothing():
    """0.6 - 0.4 is 0.2, whatever a float makes of it."""
    changed = replace(OUTCOME, changed=(OUTCOME.changed[0] | {"text": "=1+1"},))
    said = unescape(finetune_outcome.outcome(changed, "done", FILES))
    assert "Macro-F1,0.4,0.6,0.2\r\n" in said
    assert "'=1+1,joy,anger\r\n" in said


class TestReport:
    def test_lengths_are_saved(self, tmp_path: Path):
        path = tmp_path / "x.csv"
        path.write_text("text\nNinafurahi sana leo kukuona\n", "utf-8")
        tokens = Tokens(texts=1, unknown=0.0, longest=3, lengths=(LengthBin(up_to=4, texts=1),))
        intake = read(path)
        counted = replace(intake, report=replace(intake.report, tokens=tokens))
        said = unescape(report(counted, "mine", "Ready"))
        assert "up to 4,1\r\n" in said and "data: mine; made 20" in said

    def test_labels_only_report(self, tmp_path: Path):
        path = tmp_path / "x.csv"
        path.write_text(
            "text,label\nNinafurahi sana leo kukuona,joy\nSipendi kabisa chakula hiki,\n", "utf-8"
        )
        intake = read(path)
        ready = finetune_data.ready(Service(tmp_path), Upload(), intake)
        said = report(intake, "mine", ready.title)
        assert "Ready: 1 row to learn from, 1 with a label to report on" in said
        assert "CSV, utf-8, separated by comma" in said

    def test_cells_and_headers_are_escaped(self, tmp_path: Path):
        path = tmp_path / "x.csv"
        path.write_text(f"text,{EVIL}\nNinafurahi sana leo kukuona,{EVIL}\n", "utf-8")
        assert EVIL not in report(read(path), "mine", "Ready")

    def test_the_preview_stands_under_the_columns_with_their_roles(self, tmp_path: Path):
        path = tmp_path / "x.csv"
        path.write_text("text,number\nNinafurahi sana leo kukuona,7\n", "utf-8")
        said = report(read(path), "mine", "Ready")
        heads = re.findall(r'<th scope="col">(.*?)</th>', said)
        assert [re.sub("<[^>]*>", "", unescape(head)) for head in heads] == [
            "text Text",
            "number Row's name",
        ]
        assert '<th scope="row">2</th><td><bdi dir="auto" lang="">Ninafurahi' in said

    def test_errors_stand_instead_of_a_report(self, tmp_path: Path):
        path = tmp_path / "x.csv"
        path.write_text("text,label\nfine,joy\none,more,comma\n", "utf-8")
        said = report(read(path), "mine", "Ready")
        assert 'role="alert"' in said and "Ready" not in said

    def test_progress_names_its_stage(self):
        said = reading(IntakeProgress(stage="read", done=500, total=2000))
        assert "Reading the table: 500 / 2,000" in said and "width:25.0%" in said


def test_history_offers_no_deletion_of_what_runs():
    ended = replace(INFO, id="11aa", name=EVIL, state="done", reason="kept")
    said = "".join(
        entry(info, words.JOB, finetune_outcome.about(info), (), current=False)
        for info in (INFO, ended)
    )
    assert "Swahili · 10 rows" in said and "Stopped, kept" in said
    assert said.count('data-act="delete"') == 1
    assert said.count('data-act="open"') == 2
    assert EVIL not in said


def test_samples_are_of_at_least_six_languages_from_five_families():
    sets = samples()
    assert len({s.language for s in sets}) >= 6
    assert len({s.family for s in sets}) >= 5
    assert finetune_data.sample_cards(sets).count("data-sample=") == len(sets)


class TestCurves:
    def test_long_curves_are_averaged_down_and_keep_their_ends(self):
        x, y = plots.averaged(np.arange(1000.0), np.ones(1000), most=100)
        assert len(x) == 100 and float(x[0]) == 4.5 and float(y[-1]) == 1.0

    def test_short_ones_stay(self):
        x, _ = plots.averaged(np.arange(5.0), np.ones(5), most=100)
        assert x.tolist() == [0, 1, 2, 3, 4]

    def test_zoom_stays_while_a_run_goes_on(self):
        line = plots.Curve(name="a", x=[1, 2], y=[0.5, 1])
        figure = plots.curves([line], title="t", x_title="x", share=True, key="run")
        assert figure.layout.uirevision == "run"
        assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_every_setting_has_words():
    from lfdrt.training.rethink.settings import PRESETS, RethinkSettings

    kinds = get_type_hints(RethinkSettings)
    assert words.FIELDS.keys() == kinds.keys()
    assert sorted(name for names in words.GROUPS.values() for name in names) == sorted(kinds)
    assert all(info for _, info in words.FIELDS.values()), "each has its hint"
    assert not any("λ" in name or "Eq." in name for name, _ in words.FIELDS.values())
    assert words.CHOICES.keys() == {name for name, kind in kinds.items() if kind is str}
    assert list(words.PRESETS) == list(PRESETS)
