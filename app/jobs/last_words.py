"""Why a job's process ended, from the last it wrote to log.txt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.jobs.folders import JobFolder, JobRecord
from app.places import REPOSITORY

_LAST = 16_384  # bytes that are looked at
_SENTENCE = re.compile(r"^(?:lfdrt|python -m lfdrt\b[\w ]*): (.+)$")
_RAISED = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception|Interrupt|Failed)\b(?:: .*)?$")
_STOPPED = "Stopped."


def failure(
    run: JobFolder[Any],
    record: JobRecord,
    *,
    files: Mapping[str, str],
    folders: Mapping[Path, str],
) -> str:
    """The sentence of a process that failed; "" for one that is gone without a word, or that was
    told to stop.

    files: by their place in the job's folder, the names that the user knows them by. folders: that
    lie elsewhere, likewise. No path of this machine is shown.
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
        sentence = "" if found[1].startswith(_STOPPED) else found[1]
    else:
        raised = [line for line in lines if _RAISED.match(line)]
        sentence = raised[-1] if raised and any("Traceback" in line for line in lines) else ""
    for folder, name in folders.items():
        sentence = _without(sentence, folder).replace(str(folder), name)
    for folder in (run.path / "data", run.path, REPOSITORY, Path.home()):
        sentence = _without(sentence, folder)
    for path, name in files.items():
        ours = rf"\b{re.escape(Path(path).name)}\b"
        sentence = re.sub(ours, name.replace("\\", r"\\"), sentence)
    return sentence


def _without(sentence: str, folder: Path) -> str:
    return sentence.replace(f"{folder}/", "").replace(f"{folder}\\", "")
