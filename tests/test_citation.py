"""How the program is cited, what changed in it, and that its version stands in one place."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml
from cffconvert import Citation

import lfdrt
from tests.pages import anchors, links
from tests.test_setup import ROOT

CITED = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
CHANGES = ROOT / "CHANGELOG.md"


def test_the_citation_file_is_valid() -> None:
    """By the schema of the format, which comes with cffconvert."""
    Citation(CITED).validate()


def test_the_schema_refuses_what_it_should() -> None:
    with pytest.raises(Exception, match="'authors' is a required property"):
        Citation(re.sub(r"^authors:\n.*\n", "", CITED, count=1, flags=re.MULTILINE)).validate()


def test_the_citation_is_of_this_program_and_of_its_paper() -> None:
    cited = yaml.safe_load(CITED)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert cited["license"] == project["license"]
    assert cited["authors"] == project["authors"]
    (paper,) = cited["references"]
    assert f"*{paper['title']}*" in (ROOT / "README.md").read_text("utf-8")


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["dynamic"] == ["version", "dependencies"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "lfdrt.__version__"}
    assert "version" not in yaml.safe_load(CITED)


def test_the_newest_changes_are_of_this_version() -> None:
    newest = re.findall(r"^## (\S+?),? ", CHANGES.read_text(encoding="utf-8"), re.MULTILINE)[0]
    assert newest == lfdrt.__version__


@pytest.mark.parametrize("link", links(CHANGES))
def test_a_link_of_the_changes_leads_somewhere(link: str) -> None:
    path, _, anchor = link.partition("#")
    assert (ROOT / path).exists()
    assert not anchor or anchor in anchors(ROOT / path)
