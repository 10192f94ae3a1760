"""The command line as a whole: help is quick, errors are one sentence, stopping is exit 130."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lfdrt.__main__ import COMMANDS, main
from lfdrt.commands import info, predict
from lfdrt.errors import UserError

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lfdrt", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=150,
        check=False,
    )


def test_help_lists_every_command_and_loads_nothing_heavy() -> None:
    """The limit is on imports, not on seconds, which depend on what else the machine does."""
    told = run("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in COMMANDS)
    code = (
        "import sys\n"
        "from lfdrt.__main__ import build_parser\n"
        "build_parser().format_help()\n"
        "print(sorted({'torch', 'numpy', 'PIL', 'transformers', 'pydantic'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]", loaded.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count children's time")
def test_help_answers_within_half_a_second() -> None:
    """In processor time, best of three: other programs and a cold disk do not count."""
    seconds = []
    for _ in range(3):
        before = os.times()
        run("predict", "--help")
        after = os.times()
        user = after.children_user - before.children_user
        seconds.append(user + after.children_system - before.children_system)
    assert 0 < min(seconds) < 0.5


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["foretell"],
        ["predict", "--txt", "a"],
        ["predict", "--te", "a"],  # no abbreviations: a new option must not change old calls
        ["predict"],
        ["predict", "--text", "a", "--output", "x.csv"],
        ["predict", "--text", "a", "--lang-column", "lang"],
        ["predict", "--input", "t.csv"],
        ["predict", "--input", "t.csv", "--output", "o.csv", "--text", "a"],
        ["predict", "--input", "t.csv", "--output", "o.csv", "--json"],
        ["predict", "--text", "a", "--prefix", "p_"],
        ["predict", "--text", "a", "--lang", "q-q-q"],
    ],
)
def test_wrong_options_are_one_sentence_and_exit_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    told = capsys.readouterr()
    assert code == 2 and told.out == ""
    assert told.err.count("\n") == 1 and len(told.err) > 20
    assert "Traceback" not in told.err


def test_an_error_reaches_the_shell_as_one_line_and_exit_2() -> None:
    told = run("predict", "--text", "a", "--lang", "q-q-q")
    assert told.returncode == 2 and told.stdout == ""
    assert told.stderr.count("\n") == 1 and "q-q-q" in told.stderr


def test_no_such_checkpoint_and_no_such_device(
    tmp_path: Path, tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "--text", "a", "--checkpoint", str(tmp_path / "none")]) == 2
    assert "config.json" in capsys.readouterr().err
    assert main(["info", "--device", "quantum", "--checkpoint", str(tiny_folder)]) == 2
    assert "available" in capsys.readouterr().err


@pytest.mark.slow  # starts the program and loads torch
def test_a_closed_pipe_ends_the_command_quietly(tiny_folder: Path) -> None:
    """`... | head`: nothing reads the other end of stdout any more."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lfdrt", "info", "--checkpoint", str(tiny_folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    told = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=150) == 0
    assert told == ""


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (KeyboardInterrupt("Stopped. 5 rows are kept."), 130, "5 rows are kept"),
        (FileNotFoundError(2, "No such file or directory", "a.png"), 2, "a.png: No such file"),
        (ModuleNotFoundError("No module named 'timm'"), 2, "pip install -r requirements.txt"),
        (UserError("one\n  line"), 2, "one line"),
        (OSError(28, "No space left on device"), 2, "no room left on the disk"),
        (RuntimeError("cannot write (os error 28)"), 2, "no room left on the disk"),
    ],
)
def test_errors_become_sentences(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(predict, "run", fail)
    assert main(["predict", "--text", "a"]) == code
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1


@pytest.mark.parametrize("bug", [AttributeError("a bug"), ValueError("a bug"), OSError("a bug")])
def test_a_fault_of_the_program_is_not_dressed_up_as_an_error_of_the_user(
    bug: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> int:
        raise bug

    monkeypatch.setattr(predict, "run", fail)
    with pytest.raises(type(bug), match="a bug"):
        main(["predict", "--text", "a"])


def test_a_trace_is_shown_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LFDRT_DEBUG", "1")
    assert main(["predict"]) == 2
    told = capsys.readouterr().err
    assert "Traceback" in told and "in run" in told
    assert told.endswith("lfdrt: There is nothing to predict: give --text, --image or --input.\n")


def test_info_tells_the_card_the_classes_and_the_families(
    tiny_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info", "--checkpoint", str(tiny_folder)]) == 0
    told = capsys.readouterr().out
    for words in ("torch 2.", "Device: ", "surprise", "Swahili (sw)", "predictions mean nothing"):
        assert words in told
    assert "      tt: 0.14\n" in told


def test_card_lines_indent_whatever_a_card_holds() -> None:
    card = {"name": "a", "data": [{"file": "b", "rows": 3}, "c"], "none": None, "empty": {}}
    assert info.card_lines(card) == [
        "name: a",
        "data:",
        "  -",
        "    file: b",
        "    rows: 3",
        "  - c",
        "none: null",
        "empty:",
    ]
