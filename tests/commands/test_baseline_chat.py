"""`lfdrt baseline gpt4o` against a server on this machine: what it says, keeps and hides."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lfdrt.__main__ import main
from lfdrt.data.sources.sample import read_sample
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.runs.work import WorkFolder
from tests.baselines.chat.made import KEY
from tests.baselines.chat.server import ChatServer, Reply, chat_server, fails, says, text_of
from tests.csv_files import LABELLED, write

Run = Callable[..., int]
SAMPLE = ("--sample", "--languages", "tr")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as one:
        yield one


@pytest.fixture
def run(server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command with the server's address and a key, quick and without a question."""
    monkeypatch.setenv("MADE_KEY", KEY)
    words = ["baseline", "gpt4o", "--out", str(tmp_path / "out"), "--base-url", server.url]
    words += ["--key-variable", "MADE_KEY", "--requests-per-minute", "100000", "--retries", "1"]

    def told(*more: str, sure: bool = True) -> int:
        return main([*words, *(["--yes"] if sure else []), *more])

    return told


def everything_under(folder: Path) -> str:
    """The names and contents of all files, as far as they are text."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return "\n".join(f"{p}\n{p.read_bytes().decode('utf-8', 'replace')}" for p in files)


def test_our_own_sample_set_with_its_faces(
    server: ChatServer, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.replies(says('{"label": "joy"}', tokens=(100, 5)))
    priced = ("--price-in", "2.5", "--price-out", "10")
    assert run(*SAMPLE, "--note", "A try.", *priced) == 0
    said = capsys.readouterr().out
    rows = read_sample("tr")
    N = len(rows)
    letters = sum(len(row.text) for row in rows)
    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert f"{N} questions are open" in said
    assert f"{letters:,} letters of text and {N} pictures are sent to {host}" in said
    cost = (N * 100 * 2.5 + N * 5 * 10) / 1e6
    assert f"This time: {N} requests, {N * 100:,} tokens in, {N * 5} out, cost {cost:.4f}" in said
    recording = read_recording(tmp_path / "out" / "gpt4o" / "gpt-4o")
    about = recording.run
    assert (len(recording), about.name, about.classifiers) == (N, "gpt-4o", 1)
    assert (about.inputs, about.carries, about.weights_sha256) == ("text and image", True, "")
    assert about.checkpoint == f"gpt-4o at {host}"
    assert about.note.startswith("A try. The server calls the model made-2026-11-25.")
    assert f"{N} of {N} rows have 1 on the label" in about.note
    assert {recording.labels[c] for c in recording.predicted} == {"joy"}
    assert recording.texts is not None
    assert recording.texts[0] == rows[0].text


def test_a_second_recording_costs_nothing_and_needs_no_consent(
    server: ChatServer, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*SAMPLE, "--inputs", "text") == 0
    sent = len(server.asked)
    capsys.readouterr()
    again = tmp_path / "again"
    assert run(*SAMPLE, "--inputs", "text", "--record", str(again), sure=False) == 0
    said = capsys.readouterr().out
    assert "All answers are in answers.jsonl: nothing is sent." in said
    assert "This time: 0 requests" in said
    assert "cost unknown" in said
    assert len(server.asked) == sent
    assert len(read_recording(again)) == sent
    assert run(*SAMPLE, "--inputs", "text", "--record", str(again)) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "code"), [("n\n", 2), ("\n", 2), ("y\n", 0)])
def test_nothing_is_sent_without_consent(
    server: ChatServer,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    code: int,
) -> None:
    assert run(*SAMPLE, sure=False) == 2  # nobody to ask
    assert "agree to it with --yes" in capsys.readouterr().err
    assert not server.asked
    terminal = io.StringIO(typed)
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    assert run(*SAMPLE, "--inputs", "text", sure=False) == code
    assert bool(server.asked) == (code == 0)


def test_data_sets_are_sent_as_texts_and_recorded_without_them(
    server: ChatServer, run: Run, tmp_path: Path
) -> None:
    rows = [LABELLED, ("7", "Hyvä juttu", "joy"), ("8", "Voi ei", "fear")]
    write(tmp_path / "data" / "text" / "xed" / "fi.dev.csv", rows)
    server.reply = lambda body: says("fear" if "Voi" in text_of(body) else "joy")
    words = ("--data", str(tmp_path / "data"), "--sets", "xed", "--languages", "fi")
    assert run(*words) == 0
    recording = read_recording(tmp_path / "out" / "gpt4o" / "gpt-4o")
    assert (recording.ids, recording.correct.tolist()) == (("7", "8"), [True, True])
    assert recording.run.sets[0].excluded == ("neutral",)
    assert "neutral" not in str(server.asked[0]["response_format"])
    kept = everything_under(tmp_path / "out")
    assert "Hyvä" not in kept
    assert "Voi ei" not in kept


@pytest.mark.parametrize("stop", ["control", "ctrl-c"])
def test_it_is_stopped_and_gone_on_with(
    server: ChatServer,
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    stop: str,
) -> None:
    looks = iter([False, True])

    def look(_: WorkFolder) -> bool:
        if (told := next(looks)) and stop == "ctrl-c":
            raise KeyboardInterrupt
        return told

    words = (*SAMPLE, "--inputs", "text", "--concurrency", "1")  # four rows between two looks
    with monkeypatch.context() as patch:
        patch.setattr(WorkFolder, "told_to_stop", look)
        assert run(*words) == 130
    told = capsys.readouterr()
    assert "answers.jsonl keeps what was answered" in told.err
    assert "This time: 4 requests" in told.out
    assert run(*words) == 0
    N = len(read_sample("tr"))
    assert len(server.asked) == N
    assert len(read_recording(tmp_path / "out" / "gpt4o" / "gpt-4o")) == N


def test_a_limit_ends_it_and_the_same_command_goes_on(
    server: ChatServer, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*SAMPLE, "--max-requests", "5") == 2
    assert "--max-requests 5 is reached" in capsys.readouterr().err
    answers = tmp_path / "out" / "gpt4o" / "answers.jsonl"
    assert answers.read_text(encoding="utf-8").count("\n") == 5
    assert run(*SAMPLE) == 0
    assert len(server.asked) == len(read_sample("tr"))


def test_other_settings_do_not_go_on_with_what_was_recorded(
    server: ChatServer, run: Run, tmp_path: Path
) -> None:
    """The first language was recorded at temperature 0, with another answer."""
    words = ("--sample", "--languages", "tr,sw", "--inputs", "text")
    server.replies(says("joy"))
    assert run(*words, "--max-requests", f"{len(read_sample('tr'))}") == 2
    assert [p.name for p in (tmp_path / "out" / "gpt4o" / "gpt-4o.part").glob("0*")] == [
        "000-sample-tr-all"
    ]
    server.replies(says("fear"))
    assert run(*words, "--temperature", "none") == 0
    recording = read_recording(tmp_path / "out" / "gpt4o" / "gpt-4o")
    assert {recording.labels[c] for c in recording.predicted} == {"fear"}


@pytest.mark.parametrize(
    "reply",
    [
        fails(401, f"Incorrect API key {KEY}"),
        fails(403, f"Incorrect API key {KEY[:14]}****"),
        fails(429, f"{KEY} asks too often", retry_after_ms="1"),
        fails(500, json.dumps({"headers": {"Authorization": f"Bearer {KEY}"}}), retry_after_ms="1"),
        Reply(404, f"plain words about {KEY}"),
        Reply(200, f"no JSON, {KEY}"),
        replace(says(f'{{"label": "{KEY}"}}', refusal=KEY), headers={"X-Key": KEY}),
    ],
)
def test_the_key_is_nowhere(
    server: ChatServer,
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply,
) -> None:
    """Also after a run that was stopped by an answer which repeats it, and for a debugging log."""
    caught = io.StringIO()
    monkeypatch.setattr(sys, "stdout", caught)
    server.reply = lambda body: reply if len(server.asked) > 3 else says("joy")
    run(*SAMPLE, "--inputs", "text")
    told = capsys.readouterr()
    shown = caught.getvalue() + told.out + told.err + everything_under(tmp_path)
    assert "questions are open" in shown
    assert KEY[:8] not in shown
    assert f"Bearer {KEY}" in server.keys


def test_what_is_wrong_is_told_before_anything_is_sent(
    server: ChatServer,
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = ("--data", str(tmp_path))
    for more, sentence in (
        ((), "--data is missing"),
        ((*SAMPLE, *data), "--sample is a set of its own"),
        ((*data, "--inputs", "text"), "--inputs goes with --sample"),
        ((*SAMPLE, "--inputs", "smell"), "--inputs 'smell' is not one of"),
        ((*SAMPLE, "--steps", "3"), "gpt4o takes no --steps"),
        ((*SAMPLE, "--max-cost", "3"), "--max-cost needs the prices"),
        ((*SAMPLE, "--languages", "xx"), "no language 'xx'"),
        ((*SAMPLE, "--label-set", "polarity3"), "no label anger"),
        ((*SAMPLE, "--label-set", "sims5"), "no label anger"),
        ((*data, "--label-set", "sims5"), "no data sets for the label set 'sims5'"),
        ((*data, "--sets", "xed"), "is not in"),
    ):
        assert run(*more) == 2
        assert sentence in capsys.readouterr().err
    monkeypatch.delenv("MADE_KEY")
    assert run(*SAMPLE) == 2
    assert "environment variable MADE_KEY is not set" in capsys.readouterr().err
    assert not server.asked
    with pytest.raises(SystemExit):
        run(*SAMPLE, "--temperature", "warm")
    assert "'warm' is no number" in capsys.readouterr().err


def test_without_the_package_it_says_what_to_install(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [n for n in sys.modules if n.startswith("lfdrt.baselines.chat")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openai", None)
    assert run(*SAMPLE) == 2
    assert 'pip install -e ".[baselines]"' in capsys.readouterr().err
