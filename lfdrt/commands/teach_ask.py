"""Questions in the terminal: one text, one key and Enter; each answer is on the disk at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lfdrt.training.teach.asking import Asking
from lfdrt.training.teach.labels import LABEL, NONE, SKIP, LabelStore, Word
from lfdrt.training.teach.reading import Read

KEYS = {"s": SKIP, "n": NONE}


def ask(
    folder: Path, classes: tuple[str, ...], *, seed: int, count: int, given: Sequence[str]
) -> None:
    """Until `count` texts are labelled, all were asked, or q or the end of the input.

    given: ids that have labels from elsewhere, which are not asked about.
    """
    read = Read.load(folder / "read.npz")
    asking = Asking(read, seed)
    print("  ".join(f"{n} {name}" for n, name in enumerate(classes, 1)), flush=True)
    print("s not sure  n none of these  u undo  q enough\n", flush=True)
    with LabelStore(folder / "labels.csv") as store:
        elsewhere = [name for name in given if name not in {one.id for one in store.labels}]
        done = 0
        while done < count:
            question = asking.next([*elsewhere, *(one.id for one in store.labels)])
            if question is None:
                print("That was the last text.")
                return
            text = read.texts[question.row] or "(a picture)"
            print(f"[{done + 1} of {count}] {text}")
            answer = _answer(len(classes))
            if answer == "q":
                return
            if answer == "u":
                done -= store.undo() is not None
                done = max(done, 0)
                continue
            word = KEYS.get(answer, LABEL)
            label = classes[int(answer) - 1] if word == LABEL else ""
            store.say(
                Word(
                    id=question.id,
                    label=label,
                    word=word,
                    random=question.random,
                    text=read.texts[question.row],
                )
            )
            done += 1


def _answer(classes: int) -> str:
    allowed = {*map(str, range(1, classes + 1)), *KEYS, "u", "q"}
    while True:
        try:
            answer = input("> ").strip().lower()
        except EOFError:
            return "q"
        if answer in allowed:
            return answer
        print(f"Type a number from 1 to {classes}, s, n, u or q.")
