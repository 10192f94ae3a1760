"""What a visitor wants to record: which model on which samples, and the command that does it.

Starts nothing and reads no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class RecordSpec:
    """model: the checkpoint's name for people. sets: of the folder `data`, as "xed:ar"; none: our
    own sample set, read as `inputs` in `languages` (none: all). family: "own" or "none". rows: in
    all of them."""

    checkpoint: Path
    model: str
    name: str
    inputs: str
    languages: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    data: Path | None = None
    family: str = "own"
    note: str = ""
    rows: int = 0

    def command(self, out: Path) -> list[str]:
        """Arguments after `python -m lfdrt`; a note may begin with a dash."""
        words = ["evaluate", "--checkpoint", str(self.checkpoint), "--family", self.family,
                 "--record", str(out), f"--note={self.note}"]  # fmt: skip
        if self.sets:
            return [*words, "--data", str(self.data), "--sets", ",".join(self.sets)]
        return [*words, "--sample", "--inputs", self.inputs, "--languages",
                ",".join(self.languages)]  # fmt: skip
