"""The Families tab: its answer is computed from the numbers, its figures are the recording's."""

from __future__ import annotations

import csv
import html as html_module
import io
import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from app.families import head_views, layers, words
from app.families import kind as recordings
from app.families import recorded_views as views
from app.families import views as language_list
from app.families.tab import starting
from app.models.requests import Refused, digest
from lfdrt.evaluation.recordings.families import (
    Distances,
    FamiliesRecording,
    HeadMeans,
    HeadScore,
    HeadsOfLanguage,
    HeadWordsGroup,
    LanguageGain,
    Retrieved,
    Summary,
    TransferRow,
)

GAIN = {
    "own": 0.33,
    "none": 0.30,
    "others": 0.31,
    "own_minus_none": 0.03,
    "own_minus_none_interval": (0.01, 0.05),
    "own_minus_others": 0.02,
    "own_minus_others_interval": (-0.01, 0.05),
}
RECORDING = FamiliesRecording(
    format=1,
    name="made",
    note="",
    checkpoint="<i>made</i>",
    weights_sha256="0123456789abcdef",
    trained="2026-01-01",
    selection="last step",
    seed=0,
    device="cpu",
    date="2026-01-02T00:00:00+00:00",
    versions={"lfdrt": "9.9"},
    label_set="ekman7",
    anchor="en",
    families=("indo-european", "turkic"),
    distances=Distances(
        about="made texts",
        languages=("tr",),
        texts=3,
        tokens=1000,
        readings=("indo-european", "turkic", "none"),
        one_minus_cosine=((0.0, 0.1, 0.2), (0.1, 0.0, 0.3), (0.2, 0.3, 0.0)),
        relative_l2=((0.0, 0.4, 0.5), (0.4, 0.0, 0.6), (0.5, 0.6, 0.0)),
    ),
    transfer=(
        TransferRow(set="xed tr dev", family="turkic", rows=10, own=0.33, none=0.30, others=0.31,
                    by_family={"indo-european": 0.31, "turkic": 0.33}),
    ),
    summary=Summary(**GAIN, over="1 set", languages=("tr",)),
    gains=(LanguageGain(**GAIN, language="tr", family="turkic", sets=("xed tr dev",), rows=10),),
    retrieval=(Retrieved(language="tr", family="turkic", pairs=7, before=0.5, after=0.75),),
)  # fmt: skip


def with_interval(low: float, high: float) -> FamiliesRecording:
    summary = replace(RECORDING.summary, own_minus_none_interval=(low, high))
    return replace(RECORDING, summary=summary)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.05, "through the own family helps"),
        (-0.05, -0.01, "through the own family hurts"),
        (-0.01, 0.05, "is not shown to help"),
    ],
)
def test_the_answer_is_whether_the_interval_excludes_zero(low: float, high: float, said: str):
    assert said in views.verdict(with_interval(low, high))


def test_the_answer_has_its_numbers_and_where_they_come_from():
    said = views.verdict(RECORDING)
    for part in ("33.0\u00a0%", "+3.0 points", "+1.0 to +5.0", "0123456789ab", "last step"):
        assert part in said
    assert "<i>made</i>" not in said


def test_without_data_there_is_no_answer():
    assert "made without data" in views.verdict(replace(RECORDING, summary=None))


def test_the_matrix_shows_scores_and_differences_and_frames_the_own_family():
    score = views.transfer_chart(RECORDING, "score")
    assert score.data[0].z.tolist() == [pytest.approx([31, 33, 30])]
    (frame,) = score.layout.shapes
    assert frame.x0 < 1 < frame.x1 and frame.y0 < 0 < frame.y1
    difference = views.transfer_chart(RECORDING, "difference")
    assert difference.data[0].z.tolist() == [pytest.approx([1, 3, 0], abs=1e-5)]


def test_the_dots_have_their_intervals():
    (dots,) = views.gains_chart(RECORDING).data
    assert dots.x[0] == pytest.approx(3)
    assert dots.error_x.array[0] == pytest.approx(2)
    assert dots.error_x.arrayminus[0] == pytest.approx(2)


def test_a_table_leaves_as_csv_with_its_source():
    shown = language_list.retrieval(RECORDING)
    content = html_module.unescape(re.search(r'data-content="([^"]*)"', shown)[1])
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert rows[1] == ["Turkish", "Turkic", "50.0", "75.0", "7"]
    assert "SHA-256 0123456789ab" in rows[-1][0]


def test_distances_are_of_the_kind_that_is_asked_for():
    assert language_list.distances_chart(RECORDING, "relative_l2").data[0].z[0][1] == pytest.approx(
        40
    )
    assert language_list.distances_chart(RECORDING, "one_minus_cosine").data[0].z[0][
        1
    ] == pytest.approx(10)
    assert ">60.0<" in language_list.distances(RECORDING, "relative_l2")


def test_numbers_in_cells_do_not_depend_on_what_is_behind():
    for mode in ("score", "difference"):
        (cells,) = views.transfer_chart(RECORDING, mode).data
        assert all(colour.startswith("#") for _, colour in cells.colorscale)  # none lets through


def test_every_file_names_what_it_shows_and_its_source():
    for html, data in (
        (views.gains(RECORDING), "data: XED dev (tr)"),
        (views.transfer(RECORDING, "score"), "data: XED dev (tr)"),
        (language_list.distances(RECORDING, "relative_l2"), "data: made texts"),
        (language_list.retrieval(RECORDING), "data: held-out translations of 1 languages"),
    ):
        source = html_module.unescape(re.search(r'data-source="([^"]*)"', html)[1])
        for part in ("SHA-256 0123456789ab", "training seed 0", "last step", "2026-01-02", data):
            assert part in source
        files = [html.count(f'data-download="{kind}"') for kind in ("csv", "svg", "png")]
        assert files == [1, 1, 1]


def saved_rows(html: str) -> list[list[str]]:
    content = html_module.unescape(re.search(r'data-content="([^"]*)"', html)[1])
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))


def test_languages_come_first_and_their_sets_second():
    assert views.transfer_chart(RECORDING, "score").data[0].y == ("Turkish · XED dev",)
    (name,) = views.gains_chart(RECORDING).data[0].y
    assert name.startswith("Turkish (Turkic)<br>") and "XED dev" in name
    assert saved_rows(views.transfer(RECORDING, "score"))[1][:4] == [
        "Turkish", "XED dev", "Turkic", "10",
    ]  # fmt: skip


def test_differences_are_saved_with_their_intervals():
    """Own 0.33 minus none 0.30 is 3 points, minus others 0.31 is 2; a language with one set lends
    its intervals to the set."""
    for html in (views.transfer(RECORDING, "score"), views.gains(RECORDING)):
        head, row, _ = saved_rows(html)
        start = head.index("own − none")
        assert head[start + 3] == "own − others"
        assert [float(v) for v in row[start : start + 6]] == [3.0, 1.0, 5.0, 2.0, -1.0, 5.0]


def test_a_set_has_its_own_interval_or_none_where_its_language_has_two():
    first = RECORDING.transfer[0]
    second = replace(first, set="brighter tr dev", own_minus_none_interval=(0.02, 0.04))
    gain = replace(RECORDING.gains[0], sets=("xed tr dev", "brighter tr dev"))
    two = replace(RECORDING, transfer=(first, second), gains=(gain,))
    head, xed, brighter, _ = saved_rows(views.transfer(two, "score"))
    start = head.index("own − none")
    assert xed[start + 1 : start + 3] == ["", ""]
    assert brighter[start + 1 : start + 3] == ["2.0", "4.0"]


def test_codes_that_nobody_knows_are_shown_as_they_are():
    gain = replace(RECORDING.gains[0], language="qqq", family="martian")
    said = views.gains(replace(RECORDING, gains=(gain,)))
    assert ">qqq<" in said and ">martian<" in said


def test_numbers_of_another_checkpoint_are_said_to_be():
    digest = RECORDING.weights_sha256
    assert views.other_weights(RECORDING, "mine", digest, ()) == ""
    assert views.other_weights(RECORDING, "mine", "", ()) == ""
    said = views.other_weights(RECORDING, "<b>mine", "ffff", ())
    assert "other weights" in said and "lfdrt families" in said
    assert "<i>made" not in said and "<b>mine" not in said
    assert "families-mine" in views.other_weights(RECORDING, "mine", "ffff", ["families-mine"])


def test_a_checkpoint_is_known_by_its_weights(tiny_folder: Path, tmp_path: Path):
    assert digest(tmp_path) == ""
    assert len(digest(tiny_folder)) == 64
    name = recordings.recorded()[0]
    assert name in recordings.fitting(recordings.read_bundled(name).weights_sha256)
    assert recordings.fitting(digest(tiny_folder)) == ()


def test_the_tab_starts_with_the_running_checkpoints_recording(tmp_path: Path):
    for name, weights in (("another", "ff"), ("mine", "aa")):
        (tmp_path / name).mkdir()
        one = replace(RECORDING, name=name, weights_sha256=weights)
        (tmp_path / name / "families.json").write_text(json.dumps(asdict(one)), "utf-8")
    names = recordings.recorded(tmp_path)
    assert starting(names, recordings.fitting("aa", tmp_path)) == "mine"
    assert starting(names, recordings.fitting("00", tmp_path)) == "another"


def test_the_languages_leave_as_csv():
    content = html_module.unescape(
        re.search(r'data-content="([^"]*)"', language_list.languages())[1]
    )
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert ["Tatar", "tt", "tat", "Cyrl", "Turkic", "paper, Table 2"] in rows and len(rows) == 32


def test_every_trained_language_stands_in_the_tree():
    shown = language_list.languages()
    for name in ("Tatar", "Esperanto", "Basque", "Sino-Tibetan"):
        assert name in shown


def test_what_was_measured_goes_to_the_map_and_the_tree():
    """With the numbers of the recording, at the languages' places."""
    found = {one.title: one for one in layers.layers(recordings.read_bundled("families-compact"))}
    gains, sharp = found[words.LAYER_GAINS], found[words.LAYER_SHARP]
    assert gains.signed and {"stan1288", "mand1415", "swah1253"} <= gains.values.keys()
    assert {"kaza1248", "tata1255"} <= sharp.values.keys() and "SHA-256" in sharp.source
    r = recordings.read_bundled("families-compact")
    turkish = next(one for one in r.gains if one.language == "tr")
    assert gains.values["nucl1301"][0] == turkish.own_minus_none


def test_the_bundled_recording_is_read_and_another_name_refused():
    assert views.verdict(recordings.read_bundled(recordings.recorded()[0]))
    with pytest.raises(Refused, match="no recording"):
        recordings.read_bundled("../secret")


@pytest.mark.parametrize(
    "content",
    [
        b'{"format": 1',
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"format": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
    ids=["cut", "binary", "list", "null", "endless number", "deep"],
)
def test_a_damaged_recording_is_a_sentence_without_a_path(tmp_path: Path, content: bytes):
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "families.json").write_bytes(content)
    with pytest.raises(Refused, match="half: families.json cannot be used") as refused:
        recordings.read_bundled("half", tmp_path)
    assert str(tmp_path) not in str(refused.value)


def test_a_recording_that_cannot_be_opened_is_a_sentence_without_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "families.json").write_text("{}", encoding="utf-8")

    def denied(path: Path, **_: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", denied)
    with pytest.raises(Refused, match="Permission denied") as refused:
        recordings.read_bundled("shut", tmp_path)
    assert str(tmp_path) not in str(refused.value)


SILENT = HeadScore(first=0.03, cross_entropy=11.5, uniformity=0.7)


def heads_of(language: str, family: str, sharp: float | None, rank: int | None) -> HeadsOfLanguage:
    """The own head as sharp as `sharp` nats; None: the family has no head."""
    own = None if sharp is None else HeadScore(first=0.1, cross_entropy=8, uniformity=sharp)
    return HeadsOfLanguage(
        language=language, family=family, words=100, own=own, others=SILENT, rank=rank,
        sharpest=None if own is None else 0.5, script_rank=None if own is None else 1.5,
        sharpest_head="turkic", by_family={}, sharpest_interval=None if own is None else (0.4, 0.6),
    )  # fmt: skip


def with_heads(own: float) -> FamiliesRecording:
    """own: mean nats of own heads, where others have 0.7."""
    mean = HeadMeans(
        own=HeadScore(first=0.096, cross_entropy=7.7, uniformity=own), others=SILENT,
        sharpest=0.667, rank=1.5, script_rank=2.9, languages=2, sharpest_interval=(0.6, 0.71),
    )  # fmt: skip
    rows = (
        heads_of("en", "indo-european", 0.9, 2),
        heads_of("tr", "turkic", 4.0, 1),
    )
    never = (heads_of("kk", "turkic", 3.0, 1), heads_of("zu", "niger-congo", None, None))
    kinds = {"held out": rows, "unseen": never}
    return replace(
        RECORDING,
        words={
            name: HeadWordsGroup(
                about="masked words", families=RECORDING.families, mean=mean, languages=one
            )
            for name, one in kinds.items()
        },
    )


def test_heads_that_know_their_languages_say_so() -> None:
    """Two heads: half by chance, and a mean rank of (1 + 2) / 2."""
    said = html_module.unescape(head_views.verdict(with_heads(4.5))).replace("\u00a0", " ")
    assert "<h2>The heads know their languages</h2>" in said
    assert "finds 9.6 % of the hidden words, another one 3.0 %" in said
    assert "67 % of the sentences (95 % interval 60 % to 71 %; by chance 50 %)" in said
    assert "for 1 of 2 languages" in said
    assert "at 1.5 of 2 on average (by chance 2; knowing scripts alone 2.9)" in said
    assert "tell no language from another" in head_views.verdict(with_heads(1.1))
    assert "evaluate CHECKPOINT --data DATA --words" in head_views.verdict(RECORDING)


def test_heads_language_by_language() -> None:
    """The one whose own head stands out first; one whose family has no head is last."""
    recording = with_heads(4.5)
    held_out = head_views.table(recording, "held out")
    assert held_out.index("Turkish") < held_out.index("English")
    unseen = head_views.table(recording, "unseen")
    assert unseen.index("Kazakh") < unseen.index("Zulu")
    figure = head_views.chart(recording, "held out")
    own, others = figure.data[-2:]
    assert (list(own.x), list(others.x)) == ([4.0, 0.9], [0.7, 0.7])
    assert "sharpest: Turkic" in own.y[1] and "sharpest" not in own.y[0]
    ranks, by_script = head_views.chart(recording, "unseen").data[-2:]
    assert (list(ranks.x), list(by_script.x)) == ([1, None], [1.5, None])
