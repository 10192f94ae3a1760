"""The paper's tables as files: cells typed by hand from the paper, and what is computed of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from app.paper import words
from app.paper.tables import (
    TABLES,
    VIEWS,
    PaperTableError,
    by_family,
    families,
    family_of,
    grid,
    minus_whole,
    read_table,
)

# (table, system, group, measure, value), written off the paper's pages by hand.
CELLS = [
    (4, "mBERT", "anger", "accuracy", 15.7),
    (4, "mBERT", "all", "f1", 32.9),
    (4, "XLM-R", "joy", "f1", 15.3),
    (4, "XLM-R", "sadness", "accuracy", 5.2),
    (4, "Llama 3.2", "fear", "f1", 8.7),
    (4, "Llama 3.2", "all", "accuracy", 50.3),
    (4, "CLIP", "sadness", "accuracy", 1.1),
    (4, "CLIP", "sadness", "f1", 2.3),
    (4, "CLIP", "neutral", "accuracy", 81.4),
    (4, "BLIP2", "surprise", "f1", 27.4),
    (4, "BLIP2", "disgust", "accuracy", 8.4),
    (4, "GPT-4o", "anger", "f1", 28.1),
    (4, "GPT-4o", "fear", "accuracy", 13.0),
    (4, "L + C", "joy", "accuracy", 51.0),
    (4, "L + C", "joy", "f1", 40.0),
    (4, "M2SA", "fear", "f1", 19.6),
    (4, "M2SA", "all", "accuracy", 53.5),
    (4, "LFD-RT", "disgust", "accuracy", 22.0),
    (4, "LFD-RT", "disgust", "f1", 24.1),
    (4, "LFD-RT", "neutral", "accuracy", 83.7),
    (4, "LFD-RT", "all", "f1", 49.1),
    (5, "mBERT", "English", "f1", 42.3),
    (5, "XLM-R", "Occitan", "f1", 30.7),
    (5, "Llama 3.2", "Luxembourgish", "f1", 25.7),
    (5, "CLIP", "Tamil", "f1", 39.7),
    (5, "BLIP2", "French", "f1", 43.5),
    (5, "GPT-4o", "French", "f1", 61.5),
    (5, "GPT-4o", "Spanish", "f1", 34.9),
    (5, "L + C", "Tajik", "f1", 46.5),
    (5, "M2SA", "average", "f1", 43.8),
    (5, "LFD-RT", "English", "f1", 57.0),
    (5, "LFD-RT", "Tajik", "f1", 47.3),
    (6, "mBERT", "all", "accuracy", 34.3),
    (6, "XLM-R", "all", "f1", 30.9),
    (6, "Llama 3.2", "Korean", "f1", 30.6),
    (6, "CLIP", "Korean", "f1", 16.4),
    (6, "BLIP2", "Tatar", "f1", 26.8),
    (6, "GPT-4o", "all", "accuracy", 21.5),
    (6, "L + C", "Korean", "f1", 35.2),
    (6, "M2SA", "Japanese", "f1", 41.0),
    (6, "LFD-RT", "Javanese", "f1", 29.7),
    (6, "LFD-RT", "average", "f1", 34.3),
    (7, "w/o CLIP", "all", "accuracy", 48.1),
    (7, "w/o mBERT", "all", "f1", 43.4),
    (7, "w/o LFD", "all", "accuracy", 51.4),
    (7, "w/o DSA", "all", "f1", 47.4),
    (7, "w/o RFT", "all", "accuracy", 53.8),
    (7, "LFD-RT", "all", "f1", 49.1),
]
SYSTEMS = ("mBERT", "XLM-R", "Llama 3.2", "CLIP", "BLIP2", "GPT-4o", "L + C", "M2SA", "LFD-RT")
HEAD = "table,setting,system,group,measure,value,note\n"


@pytest.mark.parametrize(("number", "system", "group", "measure", "value"), CELLS)
def test_cells(number: int, system: str, group: str, measure: str, value: float) -> None:
    assert read_table(number).value(system, group, measure) == value


@pytest.mark.parametrize(("number", "figures"), [(4, 9 * 8 * 2), (5, 9 * 8), (6, 9 * 8), (7, 12)])
def test_no_cell_is_missing_or_twice(number: int, figures: int) -> None:
    found = read_table(number).figures
    assert len(found) == figures
    assert len({(f.system, f.group, f.measure) for f in found}) == figures
    assert all(f.value is not None for f in found)


def test_every_table_names_the_same_systems() -> None:
    assert [read_table(n).systems for n in (4, 5, 6)] == [SYSTEMS] * 3
    assert [read_table(n).setting for n in TABLES] == ["MELD", "MELD", "CH-SIMS", "MELD"]


def test_tables_agree_where_they_print_the_same_figure() -> None:
    t4, t5, t6, t7 = map(read_table, TABLES)
    for s in SYSTEMS:
        assert t4.value(s, "all", "f1") == t5.value(s, "average", "f1")
        assert t6.value(s, "all", "f1") == t6.value(s, "average", "f1")
    for m in ("accuracy", "f1"):
        assert t4.value("LFD-RT", "all", m) == t7.value("LFD-RT", "all", m)


def test_averages_of_table_6_that_are_none_have_a_note() -> None:
    """mBERT: (36.9 + 40.0 + 28.3 + 25.2 + 25.5) / 5 = 31.18, printed 32.1."""
    t = read_table(6)
    for s in SYSTEMS:
        mean = np.mean([t.value(s, language, "f1") for language in t.languages])
        printed = t.figure(s, "average", "f1")
        assert bool(printed.note) == (abs(mean - printed.value) > 0.06), s
        assert not printed.note or f"{mean:.1f}" in printed.note


def test_no_weighting_of_the_classes_gives_the_column_all_of_table_4() -> None:
    """What the page says of it: the best weights (a linear programme over the largest deviation)
    miss some system's F1 by more than 5 points."""
    t = read_table(4)
    classes = [[t.value(s, g, "f1") for g in t.groups[:-1]] for s in SYSTEMS]
    a, y = np.array(classes), np.array([t.value(s, "all", "f1") for s in SYSTEMS])
    slack = -np.ones((9, 1))
    best = linprog(
        [0] * 7 + [1],
        A_ub=np.block([[a, slack], [-a, slack]]),
        b_ub=np.concatenate([y, -y]),
        A_eq=[[1] * 7 + [0]],
        b_eq=[1],
    )
    assert 5 < best.fun < 6
    assert "closer than 5 points" in words.ODD[4][0]


def test_families_leave_the_anchor_out() -> None:
    assert families(read_table(5)) == {
        "Indo-European": ("Spanish", "French", "Occitan", "Luxembourgish", "Tajik"),
        "Dravidian": ("Tamil",),
    }
    assert family_of("Tatar") == "Turkic"
    assert family_of("average") == ""


def test_means_over_families() -> None:
    """LFD-RT: (46.6 + 52.7 + 46.1 + 44.6 + 47.3) / 5 = 47.46; the anchor and Tamil as printed."""
    g = by_family(read_table(5))
    assert g.columns == ("English", "Indo-European", "Dravidian")
    assert g.values[-1] == pytest.approx((57.0, 47.46, 43.5))


def test_what_leaving_a_part_out_costs() -> None:
    """Without CLIP: 48.1 − 54.7 = −6.6 and 42.3 − 49.1 = −6.8."""
    g = grid(read_table(7), "differences")
    assert g.rows[0] == "w/o CLIP"
    assert g.values[0] == (-6.6, -6.8)
    assert "LFD-RT" not in g.rows
    assert minus_whole(grid(read_table(7), "scores")) == g


@pytest.mark.parametrize(("number", "view"), [(n, v) for n in VIEWS for v in VIEWS[n]])
def test_every_view_is_a_full_grid(number: int, view: str) -> None:
    g = grid(read_table(number), view)
    assert {len(row) for row in (*g.values, *g.notes)} == {len(g.columns)}
    assert len(g.values) == len(g.notes) == len(g.rows)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "table4.csv is not in assets/paper"),
        ("a,b\n", "the first row must be table,setting"),
        (HEAD + "4,MELD,mBERT,all,f1,many,\n", "row 2: 'many' is not a percentage"),
        (HEAD + "4,MELD,mBERT,all,f1,120,\n", "row 2: '120' is not a percentage"),
        (HEAD + "5,MELD,mBERT,all,f1,1,\n", "row 2: 7 fields of table 4 expected"),
        (HEAD + "4,A,x,all,f1,1,\n4,B,x,all,f1,1,\n", "one setting expected"),
    ],
)
def test_a_damaged_file_is_a_sentence(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "table4.csv").write_text(content, encoding="utf-8")
    with pytest.raises(PaperTableError, match=said):
        read_table(4, tmp_path)


def test_an_unreadable_cell_is_none_and_no_mean_hides_it(tmp_path: Path) -> None:
    rows = "5,MELD,x,English,f1,1,\n5,MELD,x,Spanish,f1,,smudged\n5,MELD,x,French,f1,3,\n"
    (tmp_path / "table5.csv").write_text(HEAD + rows, encoding="utf-8")
    t = read_table(5, tmp_path)
    assert t.value("x", "Spanish", "f1") is None
    assert by_family(t).values == ((1.0, None),)
