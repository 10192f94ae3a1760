"""A tiny pre-training run on made-up data: built by tests, and by the processes they start.

`python -m tests.training.tiny_run FOLDER OUT` trains one and writes its losses and weights; under
`accelerate launch` its processes train it together.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from safetensors.torch import save_file

from lfdrt.checkpoint import load_checkpoint
from lfdrt.events import StepDone
from lfdrt.runtime import resolve_runtime
from lfdrt.training.pretrain.assemble import corpora
from lfdrt.training.pretrain.ranks import join
from lfdrt.training.pretrain.run import PretrainRun
from lfdrt.training.settings import PretrainSettings
from tests.tiny_data import tiny_faces
from tests.training.settings import TINY


def tiny_run(folder: Path, state: Path, settings: PretrainSettings = TINY) -> PretrainRun:
    """A run from the checkpoint `folder/tiny` on the data `folder/data`, in float32 on the CPU."""
    checkpoint = load_checkpoint(folder / "tiny")
    model = checkpoint.model.requires_grad_(True)
    faces = tiny_faces(model.config.image.tower["embed_dim"])
    labelled, parallel = corpora(folder / "data", settings, checkpoint.tokenizer, model, faces)
    runtime = resolve_runtime("cpu", "float32")
    return PretrainRun(
        model=model,
        tokenizer=checkpoint.tokenizer,
        labelled=labelled,
        parallel=parallel,
        settings=settings,
        runtime=runtime,
        share=join(runtime),
        state_file=state,
    )


def without_dropout(run: PretrainRun) -> PretrainRun:
    """Dropout differs between processes; everything else must not."""
    for module in run.model.modules():
        if hasattr(module, "p"):
            module.p = 0.0
    return run


def main(folder: Path, out: Path) -> None:
    run = without_dropout(tiny_run(folder, out / "state.pt", replace(TINY, steps=3)))
    losses = [e.losses for e in run.events() if isinstance(e, StepDone)]
    if run.share.rank == 0:
        (out / "losses.json").write_text(json.dumps(losses), encoding="utf-8")
        save_file({n: p.detach() for n, p in run.model.named_parameters()}, out / "w.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
