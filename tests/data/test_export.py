"""Exports: nothing runs in a spreadsheet, nothing is lost on a stop, and reading gives it back."""

import csv
import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfdrt.data import export
from lfdrt.data.export import CsvAppender, ExportError, JsonlAppender, neutralise, restore

WRITERS = [CsvAppender, JsonlAppender]
risky = st.text(st.sampled_from("'=+-@＝－\t\r\n\",;a é\xa005.")) | st.text()


@dataclass
class InputRow:
    number: int
    values: dict[str, str] = field(default_factory=dict)


def input_rows(*texts: str) -> list[InputRow]:
    return [InputRow(number, {"text": text}) for number, text in enumerate(texts, start=2)]


@given(risky)
def test_restore_is_the_inverse_of_neutralise(text):
    safe = neutralise(text)
    assert restore(safe) == text
    for cell in re.split("[;\t\r\n]", safe):
        assert not re.match(r"\s*[=+\-@＝＋－＠]", cell) or re.fullmatch(r"\s*[+-]\d.*", cell)
    assert not safe.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize(
    "text", ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "\nx", "'=x", "＝1", "－x", "=ku", "-lar", "+"]
)
def test_formulas_get_an_apostrophe(text):
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (" =x", " '=x"),
        ("\xa0=x", "\xa0'=x"),
        ("x;=1+1", "x;'=1+1"),  # for a spreadsheet whose list separator is ;
        ("a\n=1", "a\n'=1"),
        ("\n=1", "'\n'=1"),
        ("'-0.5", "''-0.5"),
        ("-0.5x", "'-0.5x"),
    ],
)
def test_a_formula_is_found_wherever_a_cell_may_begin(text, safe):
    assert neutralise(text) == safe
    assert restore(safe) == text


@pytest.mark.parametrize(
    "text",
    ["", "a=b", "'tis", "''", "007", "-0.5", "+0.25", "-1e-3", "*kata", "a - b", "x;-0.5", "'n"],
)
def test_other_texts_are_left_alone(text):
    assert neutralise(text) == restore(text) == text


def test_the_bytes_of_a_csv(tmp_path):
    path = tmp_path / "out.csv"
    with CsvAppender(path, ["-a", "b"]) as out:
        out.append([{"-a": '=x,"y"', "b": -0.5}, {"b": None, "-a": "two\nlines"}])
    expected = '\ufeff\'-a,b\r\n"\'=x,""y""",-0.5\r\n"two\nlines",\r\n'
    assert path.read_bytes().decode() == expected


def test_numbers_keep_every_digit_and_are_not_neutralised(tmp_path):
    numbers = [0.1 + 0.2, -1e-300, np.float32(0.1), np.float64(1 / 3), np.int64(-7), True, 2**70]
    with CsvAppender(tmp_path / "out.csv", ["x"]) as out:
        out.append([{"x": number} for number in numbers])
    cells = (tmp_path / "out.csv").read_text("utf-8-sig").split()[1:]
    assert cells == [
        "0.30000000000000004", "-1e-300", "0.10000000149011612", "0.3333333333333333", "-7",
        "true", "1180591620717411303424",
    ]  # fmt: skip


def test_json_lines_are_valid_json(tmp_path):
    path = tmp_path / "out.jsonl"
    with JsonlAppender(path, ["text", "p"]) as out:
        out.append([{"p": float("nan"), "text": "=1\n«да»"}, {"text": None, "p": np.float64(0.1)}])
    lines = path.read_text("utf-8").splitlines()
    assert lines == ['{"text": "=1\\n«да»", "p": null}', '{"text": null, "p": 0.1}']


@pytest.mark.parametrize("writer", WRITERS)
def test_a_cell_of_another_type_is_an_error_and_writes_nothing(writer, tmp_path):
    with writer(tmp_path / "out", ["x"]) as out:
        before = (tmp_path / "out").read_bytes()
        with pytest.raises(TypeError, match="list"):
            out.append([{"x": "fine"}, {"x": [1]}])
        with pytest.raises(ExportError, match="row 2"):
            out.append([{"x": "fine"}, {"y": "?"}])
        assert out.rows_done == 0
        assert (tmp_path / "out").read_bytes() == before


@pytest.mark.parametrize("writer", WRITERS)
def test_lone_surrogates_do_not_stop_an_export(writer, tmp_path):
    with writer(tmp_path / "out", ["text"]) as out:
        out.append([{"text": "a\ud800b"}])
    with writer(tmp_path / "out", ["text"]) as out:
        assert list(out.unfinished(input_rows("a\ud800b", "next"), ["text"]))[0].number == 3


@pytest.mark.parametrize("writer", WRITERS)
def test_every_place_a_run_can_be_killed(writer, tmp_path, monkeypatch):
    """Cut the file at every byte: the rows that were complete stay, the rest is written again."""
    monkeypatch.setattr(export.os, "fsync", lambda _: None)  # 400 of them take seconds
    texts = ["plain", 'quote " and, comma', "two\r\nlines", "=формула", "", "end\r"]
    rows = [{"text": text, "p": 0.25} for text in texts]
    with writer(tmp_path / "whole", ["text", "p"]) as out:
        out.append(rows)
        assert out.rows_done == len(texts)
    whole = (tmp_path / "whole").read_bytes()
    for size in range(len(whole) + 1):
        path = tmp_path / "cut"
        path.write_bytes(whole[:size])
        with writer(path, ["text", "p"]) as out:
            kept = out.rows_done
            todo = [row.values["text"] for row in out.unfinished(input_rows(*texts), ["text"])]
            assert todo == texts[kept:]
            out.append([{"text": text, "p": 0.25} for text in todo])
            assert out.rows_done == len(texts)
        assert path.read_bytes() == whole
    assert kept == len(texts)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(risky, risky), max_size=5))
def test_resuming_finds_any_rows_again(tmp_path_factory, pairs):
    for writer in WRITERS:
        path = tmp_path_factory.mktemp("resume") / "out"
        rows = [InputRow(n, {"a": a, "b": b}) for n, (a, b) in enumerate(pairs)]
        with writer(path, ["a", "b"]) as out:
            out.append([row.values for row in rows])
        with writer(path, ["a", "b"]) as out:
            assert out.rows_done == len(rows)
            assert list(out.unfinished(rows, ["a", "b"])) == []


@pytest.mark.parametrize("writer", WRITERS)
def test_another_input_is_refused(writer, tmp_path):
    path = tmp_path / "out.csv"
    with writer(path, ["text"]) as out:
        out.append([{"text": "one"}, {"text": "two"}])
    before = path.read_bytes()
    with writer(path, ["text"]) as out:
        with pytest.raises(ExportError, match=r"out\.csv was made from another input: row 3"):
            list(out.unfinished(input_rows("one", "zwei", "three"), ["text"]))
        with pytest.raises(ExportError, match="more rows"):
            list(out.unfinished(input_rows("one"), ["text"]))
    assert path.read_bytes() == before


def test_other_columns_are_refused_and_the_file_left_alone(tmp_path):
    path = tmp_path / "out.csv"
    for content in (b"text,label\r\na,b\r\n", "\ufefftext;p\r\n".encode(), b"\x89PNG"):
        path.write_bytes(content)
        with pytest.raises(ExportError, match="other columns"):
            CsvAppender(path, ["text", "p"])
        assert path.read_bytes() == content


@pytest.mark.parametrize("content", ['{"other": 1}\n', "not json\n"])
def test_json_lines_of_another_kind_are_refused(content, tmp_path):
    (tmp_path / "out").write_text(content)
    with JsonlAppender(tmp_path / "out", ["text"]) as out, pytest.raises(ExportError, match="out "):
        list(out.unfinished(input_rows("x"), ["text"]))


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_keeps_the_rows_before(writer, tmp_path, monkeypatch):
    path = tmp_path / "out"
    with writer(path, ["text"]) as out:
        out.append([{"text": "safe"}])
        before = path.read_bytes()

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(export.os, "fsync", full)
            with pytest.raises(ExportError, match=r"No space left.*1 rows are safe"):
                out.append([{"text": "lost"}])
        assert (path.read_bytes(), out.rows_done) == (before, 1)
        out.append([{"text": "later"}])
    with writer(path, ["text"]) as out:
        assert list(out.unfinished(input_rows("safe", "later"), ["text"])) == []


def test_files_that_cannot_be_written(tmp_path):
    for path in (tmp_path / "none" / "out.csv", tmp_path):
        with pytest.raises(ExportError, match="cannot be written"):
            CsvAppender(path, ["text"])
    with pytest.raises(ExportError, match="differ"):
        CsvAppender(tmp_path / "out.csv", ["text", "text"])


def test_each_batch_is_on_disk_when_append_returns(tmp_path):
    path = tmp_path / "out.csv"
    with CsvAppender(path, ["text"]) as out:
        for count in (1, 2, 3):
            out.append([{"text": "x"}])
            with path.open(encoding="utf-8-sig", newline="") as stream:
                assert len(list(csv.reader(stream))) == count + 1
    assert out.rows_done == 3
