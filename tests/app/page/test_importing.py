"""What Gradio writes beside source files, which the app has it leave out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMPONENT = "import gradio as gr\n\n\nclass Own(gr.HTML):\n    pass\n"


@pytest.mark.parametrize(("first", "written"), [("without_stubs()", False), ("", True)])
def test_gradio_writes_no_stubs(first: str, written: bool, tmp_path: Path):
    """Without the app's word it does, so the word is needed; a component has its events without."""
    (tmp_path / "own.py").write_text(COMPONENT)
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        f"from app.page.importing import without_stubs; {first}\n"
        "import own; print(sorted(own.Own.EVENTS)[:1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(ROOT)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "['apply']", done.stderr
    assert (tmp_path / "own.pyi").exists() == written
