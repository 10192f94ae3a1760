"""Columns are guessed by name and content; what holds no labels is refused as the label."""

from itertools import islice
from pathlib import Path

import pytest

from lfdrt.data.columns import ColumnGuess, guess_columns, label_values
from lfdrt.data.tables import TableError, open_table


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,text,label\n1,a b,joy\n", ColumnGuess("text", None, None, "label")),
        ("Текст;Метка;Язык\nда;грусть;ru\n", ColumnGuess("Текст", None, "Язык", "Метка")),
        ("文本,图片,标签\n好,a.jpg,喜\n", ColumnGuess("文本", "图片", None, "标签")),
        (
            "tweet_text,image path\nx y,p/1.PNG\n",
            ColumnGuess("tweet_text", "image path", None, None),
        ),
        ("உரை,மொழி\nநன்று,ta\n", ColumnGuess("உரை", None, "மொழி", None)),
        ("text\n", ColumnGuess("text", None, None, None)),
        ("whatever\n", ColumnGuess("whatever", None, None, None)),
        ("text,comment\n1,good day\n2,bad day\n", ColumnGuess("comment", None, None, None)),
        (
            "a,b,c,d\n" + "so happy today,1.jpg,sw,joy\nthat is sad news,2.jpg,jv,sadness\n" * 4,
            ColumnGuess("a", "b", "c", "d"),
        ),
        ("x,y\n1,2\n3,4\n", ColumnGuess(None, None, None, None)),
    ],
)
def test_columns_are_guessed_by_name_and_by_content(make, content, expected):
    assert guess_columns(make(content)) == expected


def test_chosen_columns_stay_chosen(make):
    table = make("text,other\na b,c d\n", text_column="other")
    assert guess_columns(table).text == "other"


def test_labels(make):
    table = make(
        "id,text,label\n"
        + "".join(
            f"{i},A whole sentence with the number {i} in it.,{('joy', '', 'fear')[i % 3]}\n"
            for i in range(60)
        ),
        text_column="text",
    )
    assert label_values(table, "label") == ("joy", "fear")
    with pytest.raises(TableError, match="'id' has 51 different values .* identifiers"):
        label_values(table, "id")
    with pytest.raises(TableError, match="is the text or image column"):
        label_values(table, "text")
    with pytest.raises(TableError, match="whole texts"):
        label_values(
            make("id,text\n" + "".join(f"{i},{'words ' * 9}{i}\n" for i in range(9))), "text"
        )
    with pytest.raises(TableError, match="no column is called 'x'"):
        label_values(table, "x")
    with pytest.raises(TableError, match="empty in every row"):
        label_values(make("a,b\n1,\n2,\n"), "b")


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
