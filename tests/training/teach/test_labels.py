"""Labels on the disk: nothing that was said is lost, whatever happens after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfdrt.errors import UserError
from lfdrt.labels import EKMAN7
from lfdrt.training.teach.labels import NONE, SKIP, Label, LabelStore, Word, read_labels


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.csv"


def told(labels: list[Label]) -> list[tuple[str, str | None]]:
    return [(one.id, one.label) for one in labels]


def test_each_word_is_there_at_once_and_after_a_restart(path: Path) -> None:
    with LabelStore(path) as store:
        store.say(Word(id="1", label="joy", text="gel,\r\n=git"))
        assert told(read_labels(path)) == [("1", "joy")]
        store.say(Word(id="2", word=SKIP))
        store.say(Word(id="3", word=NONE, random=True))
    with LabelStore(path) as again:
        again.say(Word(id="1", label="anger"))
        expected = [("1", "anger"), ("2", None), ("3", None)]
        assert told(again.labels) == told(read_labels(path)) == expected
        assert [one.random for one in again.labels] == [False, False, True]


def test_an_answer_is_taken_back_and_the_one_before_counts_again(path: Path) -> None:
    with LabelStore(path) as store:
        store.say(Word(id="0", label="fear", word="given"))
        store.say(Word(id="1", label="joy"))
        store.say(Word(id="1", label="anger"))
        assert store.undo() == "1" and told(store.labels) == [("0", "fear"), ("1", "joy")]
        assert store.undo() == "1" and told(store.labels) == [("0", "fear")]
        assert store.undo() is None, "what came from elsewhere was no answer"
    assert told(read_labels(path)) == [("0", "fear")]


TORN = (
    b"2,joy,label,fal",
    b'2,joy,label,false,"half a te',
    b'2,joy,label,false,"half\r\na te',
    b"2",
)


@pytest.mark.parametrize("torn", TORN)
def test_half_a_line_is_cut_off_and_the_rest_stays(path: Path, torn: bytes) -> None:
    with LabelStore(path) as store:
        store.say(Word(id="1", label="joy", text='she said "no",\nand left'))
    with path.open("ab") as file:
        file.write(torn)
    assert told(read_labels(path)) == [("1", "joy")], "a reader changes nothing"
    with LabelStore(path) as store:
        assert told(store.labels) == [("1", "joy")]
        store.say(Word(id="3", label="fear"))
    assert told(read_labels(path)) == [("1", "joy"), ("3", "fear")]


def test_another_programs_file_is_not_written_over(path: Path) -> None:
    path.write_text("my,own,notes\n", encoding="utf-8")
    with pytest.raises(UserError, match="has other columns"):
        LabelStore(path)
    assert path.read_text(encoding="utf-8") == "my,own,notes\n"


def test_a_table_of_ones_own_by_ids_or_by_texts(path: Path) -> None:
    path.write_text("id;duygu\n7;neşe\n9;korku\n11;\n", encoding="utf-8")
    expected = [("7", "joy"), ("9", "fear")]
    assert told(read_labels(path, classes=EKMAN7.labels)) == expected
    path.write_text("text,label\nçok güzel bir gün,😀\nhiç yok,😡\n", encoding="utf-8")
    found = read_labels(path, classes=EKMAN7.labels, texts={"4": "çok güzel bir gün"})
    assert found == [Label(id="4", label="joy", random=True)]


def test_a_label_that_means_no_class_is_named_with_its_row(path: Path) -> None:
    path.write_text("id,label\n1,joy\n2,banana\n", encoding="utf-8")
    with pytest.raises(UserError, match="'banana', the label of '2'"):
        read_labels(path, classes=EKMAN7.labels)
    path.write_text("text\nwithout labels\n", encoding="utf-8")
    with pytest.raises(UserError, match="needs a column called label"):
        read_labels(path)


DAMAGED = {
    "a quote": (b"bir", b'"ir'),
    "a comma": (b"2,fear", b"2-fear"),
    "a word": (b"label,true", b"lacel,true"),
    "by chance": (b"true", b"trua"),
    "a line end": (b"bir\r\n", b"bir\r "),
    "no UTF-8": (b"bir", b"\xffir"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_told_and_left_as_it_is(path: Path, name: str) -> None:
    """A quote that a turned bit made would else have all that follows cut off."""
    with LabelStore(path) as store:
        for n, label in enumerate(("joy", "fear", "anger"), start=1):
            store.say(Word(id=str(n), label=label, random=True, text=f"{n} bir"))
    before, after = DAMAGED[name]
    path.write_bytes(content := path.read_bytes().replace(before, after, 1))
    for read in (LabelStore, read_labels):
        with pytest.raises(UserError, match=r"labels\.csv is damaged in line \d"):
            read(path)
    assert path.read_bytes() == content


def test_what_was_said_of_another_text_is_no_label_of_this_one(path: Path) -> None:
    """An id of the same name in another table, or one that a damaged file made of another."""
    with LabelStore(path) as store:
        store.say(Word(id="1", label="joy", text=" gel\ud83d "), Word(id="2", label="fear"))
    assert len(read_labels(path, texts={"1": "gel\ud83d", "2": "git", "3": "x"})) == 2
    for read in (LabelStore, read_labels):
        with pytest.raises(UserError, match="the text of '1' is another one than in the table"):
            read(path, texts={"1": "git"})
    with pytest.raises(UserError, match="'2' is no row of the table"):
        LabelStore(path, texts={"1": "gel\ud83d"})
    with pytest.raises(UserError, match="'fear', the label of '2', is no class of the model"):
        LabelStore(path, classes=("joy",))
