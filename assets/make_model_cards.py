"""Model cards of the bundled checkpoints, as hubs of models read them: README.md in each folder,
made from its card.json. A test compares.

python -m assets.make_model_cards
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from lfdrt.languages import resolve
from lfdrt.places import BUNDLED
from lfdrt.weights import read_json

TASK = "text-classification"
LICENCE, OF_WHAT = "other", "research-use"
"""Of the weights: README, Licences. The code's is MIT."""
HEADING = "<!-- made by `python -m assets.make_model_cards` from card.json -->"


def model_cards() -> dict[Path, str]:
    """Each file with what it should hold."""
    cards = {path.parent: read_json(path) for path in sorted(BUNDLED.glob("*/card.json"))}
    return {folder / "README.md": model_card(folder.name, card) for folder, card in cards.items()}


def model_card(folder: str, card: Mapping[str, Any]) -> str:
    data = ModelCardData(
        model_name=card["name"],
        language=_languages(card),
        license=LICENCE,
        license_name=OF_WHAT,
        library_name="lfdrt",
        pipeline_tag=TASK,
        tags=["sentiment-analysis", "emotion", "low-resource-languages", "multimodal"],
        eval_results=[_result(one) for one in card["scores"]["sets"]],
    )
    return f"---\n{data.to_yaml()}\n---\n\n{HEADING}\n\n" + "\n".join(_body(folder, card))


def _languages(card: Mapping[str, Any]) -> list[str]:
    """Those that it learned from, or, of a head, that it was scored in."""
    scored = {one["set"].split()[1] for one in card["scores"]["sets"]}
    return sorted(card.get("languages", scored))


def _result(one: Mapping[str, Any]) -> EvalResult:
    source, language, split = one["set"].split()
    read = f", {one['reading']}" if "reading" in one else ""
    return EvalResult(
        task_type=TASK,
        dataset_type=source,
        dataset_name=f"{source} {split}, {resolve(language).name}{read}",
        dataset_split=split,
        metric_type="f1",
        metric_name="macro-F1",
        metric_value=one["macro_f1"],
    )


def _body(folder: str, card: Mapping[str, Any]) -> Iterator[str]:
    yield f"# LFD-RT: {card['name']}\n"
    yield f"{_sentence(card['what'])}\n"
    yield f"Classes: {', '.join(card['labels'])}. Trained {card['trained']}.\n"
    yield "```python\nimport lfdrt\n"
    yield f'print(lfdrt.predict("Ninafurahi sana", checkpoint="checkpoints/{folder}"))\n```\n'
    yield "## Data\n"
    yield from (f"- {what}: {told}" for what, told in card["data"].items())
    yield "\n## How it was selected\n"
    yield f"{_sentence(card['selection'])}\n"
    yield f"## Scores\n\n{_sentence(card['scores']['about'])}\n"
    yield from _scores(card["scores"]["sets"])
    yield "\n## Limits\n"
    if "limits" in card:
        yield f"{_sentence(card['limits'])}\n"
    yield (
        "Labels are what annotators saw in a text or a face, not what anybody felt: do not use "
        "this to judge people. How well it reads a language differs much; look at the scores. "
        "The repository's README says more of both, and under which licences the data stands: "
        "take the weights as for research use.\n"
    )


def _scores(sets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A table; how often the commonest class is right stands in it where the card has it."""
    more = ["commonest"] if all("commonest" in one for one in sets) else []
    head = ["set", "read", "rows", "macro-F1", "accuracy", *more]
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for one in sets:
        low, high = one["interval"]
        cells = [one["set"], one.get("reading", "text"), f"{one['rows']:,}"]
        cells += [f"{one['macro_f1']:.3f} [{low:.3f}, {high:.3f}]"]
        cells += [f"{one[name]:.3f}" for name in ("accuracy", *more)]
        yield f"| {' | '.join(cells)} |"


def _sentence(told: str) -> str:
    return f"{told[0].upper()}{told[1:].rstrip('.')}."


if __name__ == "__main__":
    for path, text in model_cards().items():
        path.write_text(text, encoding="utf-8")
