"""What is told of the formats, and what is asked of a file, in one form for all."""

from __future__ import annotations

import pytest

from assets.make_formats import PAGE, written
from lfdrt.data.readers.registry import READERS, key_of, suffixes
from lfdrt.data.tables import TableError, open_table


def test_the_docs_list_the_formats():
    """If it does not: python -m assets.make_formats."""
    text = PAGE.read_text(encoding="utf-8")
    assert written(text) == text


def test_every_format_says_what_it_is():
    assert len({key_of(one) for one in READERS}) == len(READERS)
    for one in READERS:
        assert one.name and one.says and all(suffix.startswith(".") for suffix in one.suffixes)
    assert len(set(suffixes())) == len(suffixes())


def asked(table, name):
    return next(one for one in table.questions if one.name == name)


def test_a_list_of_sentences_keeps_its_first(make):
    table = make("Faly aho, mahita anao\nTsy tiako io\n\nTara ny fiara, reraka aho\n", "t.txt")
    assert table.columns == ("text",) and table.roles == {"text": "text"}
    assert [row.values["text"] for row in table] == [
        "Faly aho, mahita anao", "Tsy tiako io", "Tara ny fiara, reraka aho"]  # fmt: skip
    assert [row.number for row in table] == [1, 2, 4]
    assert "Left out: blank lines (1)." in table.warnings


def test_in_doubt_it_is_asked_with_both_previews(make):
    content = "Maneno\n" + "Ninafurahi sana kukuona leo\n" * 3
    question = asked(make(content, "t.csv"), "header")
    assert (question.chosen, question.sure) == ("no", False)
    previews = {one.value: one.preview[0] for one in question.choices}
    assert previews == {"yes": "Ninafurahi sana kukuona leo", "no": "Maneno"}
    table = make(content, "t.csv", read={"header": "yes"})
    assert (table.columns, table.row_count) == (("Maneno",), 3)
    assert asked(table, "header").sure, "it was answered"


def test_commas_of_sentences_do_not_split(make):
    lines = ["Мин бүген бик шат, дусларым килде", "Бу хәбәр мине борчый, әни", "Кичә, яңгыр яуды"]
    table = make("\n".join(lines), "t.csv")
    assert [row.values["text"] for row in table] == lines
    assert not asked(table, "format").sure
    split = make("\n".join(lines), "t.csv", read={"format": "csv", "header": "no"})
    assert [row.values["column 1"] for row in split][1:] == ["Бу хәбәр мине борчый", "Кичә"]


def test_a_table_without_a_heading_keeps_its_first_row(make):
    table = make("1,Ninafurahi sana leo\n2,Sipendi chakula hiki\n")
    assert table.columns == ("column 1", "column 2") and table.row_count == 2
    assert not asked(table, "header").sure


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ({"header": "maybe"}, "header cannot be 'maybe': choose 'yes' or 'no'"),
        ({"sheet": "x"}, "no question 'sheet'. It asks: format .*header .yes, no"),
        ({"format": "spreadsheet"}, "format cannot be 'spreadsheet'"),
    ],
)
def test_answers_that_are_none(make, read, said):
    with pytest.raises(TableError, match=said):
        make("text,label\na,b\n", read=read)


def test_an_encoding_can_be_chosen(make, tmp_path):
    content = "text\nJe suis très heureux\nOù est le gâteau ?\n".encode("cp1252")
    table = make(content, read={"encoding": "cp1252"})
    assert [row.values["text"] for row in table] == ["Je suis très heureux", "Où est le gâteau ?"]
    question = asked(open_table(tmp_path / "t.csv"), "encoding")
    shown = {one.value: one.preview[0] for one in question.choices}
    assert shown["cp1252"] == "Je suis très heureux" and not question.sure
    previews = [one.preview for one in question.choices]
    assert len(set(previews)) == len(previews), "the same letters are offered once"
    table = make(content, read={"encoding": "cp1254"})
    assert [row.values["text"] for row in table][0] == "Je suis très heureux"


def test_comments_and_titles_above_a_table_are_told(make):
    table = make("# licence: CC BY\ntext,label\nasante sana,joy\nsipendi,anger\n")
    assert table.columns == ("text", "label") and table.row_count == 2
    assert "'# licence: CC BY'" in table.warnings[0]
    assert make("sep=;\ntext;label\na b;joy\n").columns == ("text", "label")
