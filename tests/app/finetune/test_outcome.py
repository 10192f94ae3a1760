"""Before and after, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.finetune.outcome import read_outcome
from app.models.requests import Refused

HEAD = "id,text,label_before,label_after,agree_before,agree_after,p_fear,p_joy"
ROWS = ("1,'=2+2,joy,fear,true,false,0.6,0.4", "2,b,joy,joy,true,true,0.1,0.9",
        "3,c,fear,fear,false,true,0.8,0.2", '4,"d\ne",fear,joy,false,false,0.3,0.7')  # fmt: skip
LABELLED = ("9,x,joy,fear,joy", "10,y,joy,fear,joy", "11,z,fear,fear,joy", "12,w,fear,fear,fear")


def write(path: Path, *lines: str) -> None:
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig", newline="")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write(tmp_path / "predictions.csv", HEAD, *ROWS)
    return tmp_path


def test_without_labels(run: Path) -> None:
    o = read_outcome(run, "mine", "done")
    assert o.rows == 4 and o.scores is None
    assert o.distribution_before == {"fear": 2, "joy": 2}
    assert o.distribution_after == {"fear": 2, "joy": 2}
    assert (o.agreement_before, o.agreement_after) == (0.5, 0.5)
    assert o.changed_count == 2
    assert o.changed[0] == {"id": "1", "text": "=2+2", "label_before": "joy", "label_after": "fear"}
    assert o.changed[1]["text"] == "d\ne"


def test_with_labels(run: Path) -> None:
    """Gold joy joy fear fear. Before: fear fear fear fear: 2 of 4 right; F1 of fear 2/3, of joy 0.
    After: joy joy joy fear: 3 of 4; F1 of joy 2·2/(2·2+1) = 4/5, of fear 2·1/(2·1+1) = 2/3.
    Two rows became right, one wrong: a fair coin does that always (P = 1)."""
    write(run / "labelled.csv", "id,text,label,label_before,label_after", *LABELLED)
    s = read_outcome(run, "mine", "done").scores
    assert s is not None and s.rows == 4
    assert s.before["accuracy"] == 0.5 and s.after["accuracy"] == 0.75
    assert s.before["macro_f1"] == pytest.approx(1 / 3)
    assert s.after["macro_f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert s.confusion_before.labels == ("fear", "joy")
    assert s.confusion_before.counts == ((2, 0), (2, 0))
    assert s.confusion_after.counts == ((1, 1), (0, 2))
    assert (s.righted, s.wronged, s.chance) == (2, 1, 1.0)


def test_six_righted_and_none_wronged_is_hardly_luck(run: Path) -> None:
    """Two-sided: 2 · (1/2)^6 = 1/32."""
    lines = [f"{n},x,joy,fear,joy" for n in range(6)]
    write(run / "labelled.csv", "id,text,label,label_before,label_after", *lines)
    s = read_outcome(run, "mine", "done").scores
    assert s is not None and s.chance == pytest.approx(1 / 32)


def test_what_is_not_there_or_was_changed_is_a_sentence(run: Path) -> None:
    write(run / "predictions.csv", "id,text", "1,x")
    with pytest.raises(Refused, match="predictions.csv cannot be read"):
        read_outcome(run, "mine", "done")
    (run / "predictions.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="predictions.csv cannot be read"):
        read_outcome(run, "mine", "done")
    (run / "predictions.csv").unlink()
    with pytest.raises(Refused, match="“mine” has no predictions"):
        read_outcome(run, "mine", "done")
    assert read_outcome(run, "mine", "discarded").rows == 0
