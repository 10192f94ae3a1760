"""Columns are guessed by name and content; what holds no labels is refused as the label."""

from itertools import islice
from pathlib import Path

import pytest

from lfdrt.data.columns import ColumnMapping, check_labels, checked_mapping, guess_columns
from lfdrt.data.tables import TableError, open_table


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,text,label\n1,a b,joy\n", ColumnMapping("text", None, None, "label", "id")),
        ("Текст;Метка;Язык\nда;грусть;ru\n", ColumnMapping("Текст", None, "Язык", "Метка")),
        ("文本,图片,标签\n好,a.jpg,喜\n", ColumnMapping("文本", "图片", None, "标签")),
        (
            "tweet_text,image path\nx y,p/1.PNG\n",
            ColumnMapping("tweet_text", "image path", None, None),
        ),
        ("உரை,மொழி\nநன்று,ta\n", ColumnMapping("உரை", None, "மொழி", None)),
        ("text\n", ColumnMapping("text", None, None, None)),
        ("whatever\n", ColumnMapping("text", None, None, None)),
        ("text,comment\n1,good day\n2,bad day\n", ColumnMapping("comment", None, None, None)),
        (
            "a,b,c,d\n" + "so happy today,1.jpg,sw,joy\nthat is sad news,2.jpg,jv,sadness\n" * 4,
            ColumnMapping("a", "b", "c", "d"),
        ),
        ("x,y\n1,2\n3,4\n", ColumnMapping(None, None, None, None)),
    ],
)
def test_columns_are_guessed_by_name_and_by_content(make, content, expected):
    assert guess_columns(make(content)) == expected


def test_chosen_columns_stay_chosen(make):
    table = make("text,other\na b,c d\n", text_column="other")
    assert guess_columns(table).text == "other"


def test_an_id_is_guessed_by_name_where_no_value_repeats(make):
    assert guess_columns(make("tweet_id,text\n7,a b\n8,c d\n")).id == "tweet_id"
    assert guess_columns(make("id,text\n7,a b\n7,c d\n")).id is None


def test_a_mapping_is_refused_with_the_reason():
    columns = ("id", "text", "label")
    given = ColumnMapping(" text", None, None, "label", "id")
    assert checked_mapping(given, columns) == ColumnMapping("text", None, None, "label", "id")
    for label, role in (("text", "text"), ("id", "id")):
        with pytest.raises(TableError, match=f"is the {role} column, so it cannot be the label"):
            checked_mapping(ColumnMapping("text", None, None, label, "id"), columns)
    with pytest.raises(TableError, match="no column is called 'x'"):
        checked_mapping(ColumnMapping("x", None, None, None), columns)
    with pytest.raises(TableError, match="which of its columns holds the text"):
        checked_mapping(ColumnMapping(None, None, None, "label"), columns)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([str(i) for i in range(60)], "'c' has 60 different values .* identifiers"),
        ([f"{'words ' * 9}{i}" for i in range(9)], "whole texts"),
        ([], "empty in every row"),
    ],
)
def test_what_holds_no_labels_is_refused(values, words):
    with pytest.raises(TableError, match=words):
        check_labels("c", dict.fromkeys(values, 1))


def test_labels_pass():
    check_labels("c", {"joy": 20, "fear": 20})
    check_labels("c", dict.fromkeys("abcdefg", 1))  # seven rows of seven classes


def test_the_data_sets_of_this_project_are_read(tmp_path):
    folder = Path(__file__).parents[3] / "shared" / "data" / "text"
    paths = sorted(folder.glob("*/*.csv"))[::10]
    if not paths:
        pytest.skip("../shared/data/text is not on this machine")
    for path in paths:
        table = open_table(path)
        first = list(islice(table, 5))
        assert first and "text" in table.columns
        assert guess_columns(table).text == "text"
