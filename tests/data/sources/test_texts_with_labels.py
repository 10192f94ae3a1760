"""Labelled texts: M-MELD, XED, BRIGHTER, NusaX and GoEmotions in their true formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfdrt.data.records import DataError
from lfdrt.data.sources.brighter import read_brighter
from lfdrt.data.sources.goemotions import read_goemotions
from lfdrt.data.sources.mmeld import read_mmeld
from lfdrt.data.sources.nusax import read_nusax
from lfdrt.data.sources.xed import read_xed
from tests.data.sources.made import MELD_HEADER, parted, write


def test_mmeld(tmp_path: Path) -> None:
    rows = '1,"Bonjour, toi !",A,joy,positive,3,0,1,2\n2,,A,joy,positive,3,1,1,2\n'
    write(tmp_path / "mmeld" / "french" / "dev_sent_emo.csv", f"{MELD_HEADER}\n{rows}")
    write(
        tmp_path / "mmeld" / "el" / "test.csv", f"{MELD_HEADER}\n1,Γεια,A,fury,negative,0,0,1,1\n"
    )
    (one,), left_out = parted(read_mmeld(tmp_path))
    assert (one.id, one.text, one.label) == ("dia3_utt0", "Bonjour, toi !", "joy")
    assert (one.language, one.split, one.source) == ("fr", "dev", "mmeld")
    assert {item.why: item.detail for item in left_out} == {
        "unknown label": "fury",
        "empty text": "joy",
    }


def test_xed(tmp_path: Path) -> None:
    write(tmp_path / "AnnotatedData" / "en-annotated.tsv", "What ?\t7\nGo .\t1, 4\nYes .\t8\n")
    write(tmp_path / "AnnotatedData" / "neu_en.txt", "9\tIt is late.")
    write(tmp_path / "Projections" / "br-projections.tsv", "- Não!\t{'1'}\nOi\t{'2', '5'}\n")
    write(tmp_path / "Projections" / "cn-projections.tsv", "好\t{'5'}\n\nno tab\n")
    used, left_out = parted(read_xed(tmp_path))
    assert {(one.text, one.label, one.language) for one in used} == {
        ("What ?", "surprise", "en"),
        ("It is late.", "neutral", "en"),
        ("- Não!", "anger", "pt"),
        ("好", "joy", "zh"),
    }
    assert len({one.id for one in used}) == 4
    assert sorted(item.why for item in left_out) == [
        "no emotion of Ekman's",
        "several emotions",
        "several emotions",
        "wrong number of cells",
    ]
    assert "cn-projections.tsv, line 3" in {item.where for item in left_out}


def test_brighter(tmp_path: Path) -> None:
    write(
        tmp_path / "train" / "track_a" / "eng.csv",
        "id,text,Anger,Fear,Joy,Sadness,Surprise\n"
        'e1,"So, happy",0,0,1,0,0\ne2,both,1,1,0,0,0\ne3,plain,0,0,0,0,0\n',
    )
    write(
        tmp_path / "dev" / "track_a" / "tat_a.csv",
        "id,text,anger,disgust,fear,joy,sadness,surprise\nt1,Шатмын,,,,,,\nt2,Фу,0,1,0,0,0,0\n",
    )
    write(tmp_path / "dev" / "track_b" / "tat_b.csv", "id,text,anger,joy\nb1,x,3,0\n")
    used, left_out = parted(read_brighter(tmp_path))
    assert [(one.id, one.label, one.language, one.split) for one in used] == [
        ("t2", "disgust", "tt", "dev"),
        ("e1", "joy", "en", "train"),
        ("e3", "neutral", "en", "train"),
    ]
    assert [item.why for item in left_out] == ["published without labels", "several emotions"]


@pytest.mark.parametrize(
    ("code", "language"), [("esp", "es"), ("chn", "zh"), ("swa", "sw"), ("ptbr", "pt")]
)
def test_brighters_codes(tmp_path: Path, code: str, language: str) -> None:
    write(tmp_path / "test" / "track_a" / f"{code}.csv", "id,text,anger,joy\n1,a,0,1\n")
    assert next(read_brighter(tmp_path)).language == language


def test_nusax(tmp_path: Path) -> None:
    folder = tmp_path / "datasets" / "sentiment"
    write(folder / "javanese" / "valid.csv", 'id,text,label\n7,"Enak, tenan",positive\n8,x,happy\n')
    write(folder / "toba_batak" / "test.csv", "id,text,label\n7,Horas,neutral\n")
    write(tmp_path / "datasets" / "mt" / "javanese" / "train.csv", "source,target\na,b\n")
    used, left_out = parted(read_nusax(tmp_path))
    assert [(one.text, one.label, one.language, one.split) for one in used] == [
        ("Enak, tenan", "positive", "jv", "dev"),
        ("Horas", "neutral", "bbc", "test"),
    ]
    assert [(item.where, item.why) for item in left_out] == [("valid.csv, row 3", "unknown label")]


def test_goemotions(tmp_path: Path) -> None:
    """0 admiration and 17 joy are both joy; 2 anger and 14 fear are two classes; 27 is neutral."""
    lines = ['Nice "one\t0,17\tid1', "Grr\t2,14\tid2", "Ok.\t27\tid3", "?\t28\tid4", "Oh\t7\tid5"]
    write(tmp_path / "data" / "dev.tsv", "\n".join(lines))
    used, left_out = parted(read_goemotions(tmp_path))
    assert [(one.id, one.text, one.label, one.split) for one in used] == [
        ("id1", 'Nice "one', "joy", "dev"),
        ("id3", "Ok.", "neutral", "dev"),
        ("id5", "Oh", "surprise", "dev"),
    ]
    assert [(item.why, item.detail) for item in left_out] == [
        ("several emotions", "2,14"),
        ("unknown label", "28"),
    ]


@pytest.mark.parametrize("read", [read_mmeld, read_xed, read_brighter, read_nusax, read_goemotions])
def test_another_folder_is_refused(tmp_path: Path, read: object) -> None:
    write(tmp_path / "notes.md", "nothing here")
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError, match=r"holds no|is not a folder"):
            list(read(folder))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "english" / "train.csv"
    path.parent.mkdir()
    path.write_bytes(b"id,text,label\n1,caf\xe9,positive\n")
    with pytest.raises(DataError, match=r"train\.csv is not UTF-8"):
        list(read_nusax(tmp_path))
    write(path, "id,text\n1,a\n")
    with pytest.raises(DataError, match=r"train\.csv has no column label"):
        list(read_nusax(tmp_path))
