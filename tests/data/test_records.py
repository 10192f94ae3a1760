"""Records of the data folder's CSV files; a fault names its file."""

from pathlib import Path

import pytest

from lfdrt.data.records import DataError, read_labelled, read_parallel


def test_labelled_rows_keep_every_text_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "text" / "made"
    folder.mkdir(parents=True)
    (folder / "tr.dev.csv").write_text('id,text,label\n007,"NA, null\nnan",joy\n', "utf-8")
    (row,) = read_labelled(tmp_path, "made", "tr", "dev")
    assert (row.id, row.text, row.label) == ("007", "NA, null\nnan", "joy")


def test_parallel_rows_are_of_one_split(tmp_path: Path) -> None:
    (tmp_path / "parallel").mkdir()
    (tmp_path / "parallel" / "en-eo.csv").write_text(
        "en,eo,source,split\nyes,jes,own,train\nno,ne,own,dev\n", "utf-8"
    )
    (row,) = read_parallel(tmp_path, "eo", "dev")
    assert (row.anchor, row.translation, row.language) == ("no", "ne", "eo")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "--data"), ("id,text\n1,a\n", "no column label"), ("id,text,label\n1,a\n", "line 2")],
)
def test_fault_names_the_file(tmp_path: Path, content: str | None, sentence: str) -> None:
    folder = tmp_path / "text" / "made"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "tr.dev.csv").write_text(content, "utf-8")
    with pytest.raises(DataError, match=sentence) as error:
        read_labelled(tmp_path, "made", "tr", "dev")
    assert "tr.dev.csv" in str(error.value)
