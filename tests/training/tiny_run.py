"""Tiny trainings on made-up data: built by tests, and by the processes they start.

`python -m tests.training.tiny_run FOLDER OUT KIND ...` trains each kind in its folder of OUT; under
`accelerate launch` its processes train together. MORTAL as a kind: pre-training in which the last
process dies once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from pathlib import Path

from safetensors.torch import save_file

from lfdrt.checkpoint import load_checkpoint
from lfdrt.inference.sample import Sample
from lfdrt.runs.log import follow
from lfdrt.runtime import resolve_runtime
from lfdrt.training.families.folder import families_in
from lfdrt.training.pretrain.assemble import corpora
from lfdrt.training.pretrain.run import PretrainRun
from lfdrt.training.ranks import join
from lfdrt.training.settings import PretrainSettings
from lfdrt.training.teach.folder import teach_in
from lfdrt.training.teach.labels import Label
from lfdrt.training.teach.settings import TeachSettings
from tests.tiny import SENTENCES
from tests.tiny_data import tiny_faces
from tests.training.settings import TINY, TINY_PARTS

MORTAL = "mortal"
DIES = 4
"""The step, one after a state was saved."""


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


def main(folder: Path, out: Path, kinds: list[str]) -> None:
    share = join(resolve_runtime("cpu", "float32"))
    out.mkdir(exist_ok=True)
    (out / f"rank-{share.rank}").write_text(str(share.world), encoding="utf-8")
    for kind in kinds:
        (out / kind).mkdir(exist_ok=True)
        KINDS[kind](folder, out / kind)


def _pretrain(folder: Path, out: Path) -> None:
    run = without_dropout(tiny_run(folder, out / "state.pt"))
    if run.state_file.is_file():
        run.load_state()
    if out.name == MORTAL:
        _dies(run, out)
    if run.share.rank:
        deque(run.events(), maxlen=0)
        return
    with (out / "begun").open("a", encoding="utf-8") as begun:
        begun.write(f"{run.step} ")
    follow(run, out / "events.jsonl", lambda event: None)
    save_file({n: p.detach() for n, p in run.model.named_parameters()}, out / "w.safetensors")


def _dies(run: PretrainRun, out: Path) -> None:
    mark, losses = out / "died", run.losses_of_step

    def losses_of_step() -> dict[str, float]:
        if run.share.rank == run.share.world - 1 and run.step == DIES and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return losses()

    run.losses_of_step = losses_of_step  # type: ignore[method-assign]


def _families(folder: Path, out: Path) -> None:
    families_in(
        out,
        TINY_PARTS,
        start=folder / "tiny",
        data=folder / "data",
        runtime=resolve_runtime("cpu", "float32"),
        show=lambda event: None,
    )


def _teach(folder: Path, out: Path) -> None:
    """150 rows: three parts, which two processes cannot share equally."""
    texts = [f"{one} {n}" for n, one in enumerate(SENTENCES * 10)][:150]
    teach_in(
        out,
        TeachSettings(rest=True),
        checkpoint=folder / "tiny",
        samples=[(str(n), Sample(text=text, language="en")) for n, text in enumerate(texts)],
        labels=[
            Label(id=str(n), label=("joy", "fear")[n % 3 == 0], random=True) for n in range(30)
        ],
        runtime=resolve_runtime("cpu", "float32"),
        show=lambda event: None,
    )


KINDS = {"pretrain": _pretrain, MORTAL: _pretrain, "families": _families, "teach": _teach}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
