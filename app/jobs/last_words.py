"""Why a training process ended, from the last it wrote to log.txt."""

from __future__ import annotations

import re
from pathlib import Path

from app.jobs.runs import Record, RunFolder
from app.jobs.spec import REPOSITORY

_LAST = 16_384  # bytes that are looked at
_SENTENCE = re.compile(r"^(?:lfdrt|python -m lfdrt\b[\w ]*): (.+)$")
_RAISED = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception|Interrupt|Failed)\b(?:: .*)?$")
_STOPPED = "Stopped."


def failure(run: RunFolder, record: Record) -> str:
    """The sentence of a process that failed; "" for one that is gone without a word.

    Files are called as the user calls them, and no path of this machine is shown.
    """
    try:
        with run.log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(record.log_from, size - _LAST))
            said = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in re.split(r"[\r\n]+", said) if line.strip()]
    if not lines:
        return ""
    if found := _SENTENCE.match(lines[-1]):
        sentence = "" if found[1] == _STOPPED else found[1]
    else:
        raised = [line for line in lines if _RAISED.match(line)]
        sentence = raised[-1] if raised and any("Traceback" in line for line in lines) else ""
    for folder in (run.data, run.path, REPOSITORY, Path.home()):
        sentence = sentence.replace(f"{folder}/", "").replace(f"{folder}\\", "")
    for path, name in record.files.items():
        ours = rf"\b{re.escape(Path(path).name)}\b"
        sentence = re.sub(ours, name.replace("\\", r"\\"), sentence)
    return sentence
