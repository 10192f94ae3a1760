"""Training a head on a tiny base and made-up pairs: events, weights, losses by hand, scores."""

from __future__ import annotations

import json
import math
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from lfdrt.checkpoint import Checkpoint, load_checkpoint
from lfdrt.config import ConfigError
from lfdrt.data.records import DataError
from lfdrt.errors import UserError
from lfdrt.events import CheckpointSaved, EvalDone, Event, RunFinished, RunStarted, StepDone
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample, View
from lfdrt.labels import POLARITY3
from lfdrt.losses import contrastive_loss
from lfdrt.model.lfdrt import LFDRT
from lfdrt.runtime import resolve_runtime
from lfdrt.training.head.data import FeatureReader, LabelledSet, Rows, read_pairs, read_texts
from lfdrt.training.head.run import HeadRun, head_config
from lfdrt.training.head.settings import HEADS, HeadSettings, from_seed
from lfdrt.training.head.training import (
    READINGS,
    HeadLoop,
    _optimizer,
    head_terms,
    new_head,
    probabilities,
    read_as,
)
from tests.tiny import tiny_checkpoint
from tests.tiny_pairs import TINY_HEAD, tiny_pairs

CPU = torch.device("cpu")
FLOAT32 = resolve_runtime("cpu", "float32")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the checkpoint `tiny` and the data `data`; nothing else is written into it."""
    folder = tmp_path_factory.mktemp("heads")
    tiny_checkpoint(folder / "tiny")
    tiny_pairs(folder / "data")
    return folder


@pytest.fixture(scope="module")
def base(place: Path) -> Checkpoint:
    return load_checkpoint(place / "tiny")


@pytest.fixture(scope="module")
def run(place: Path) -> list[Event]:
    """The events of one run, which leaves the head `polarity`."""
    return list(_run(place, "polarity", TINY_HEAD))


def _run(place: Path, name: str, settings: HeadSettings) -> list[Event]:
    base = load_checkpoint(place / "tiny")
    return list(HeadRun(settings, base, place / "data", place / name, FLOAT32).events())


def _rows(base: Checkpoint, labelled: LabelledSet) -> Rows:
    reader = FeatureReader(base, labelled, POLARITY3, FLOAT32)
    for rows in reader.batches:
        reader.read(rows)
    return reader.rows()


def _head(base: Checkpoint, seed: int = 0) -> LFDRT:
    return new_head(base.model, replace(base.model.config, label_set=POLARITY3), seed)


def test_a_run_reads_trains_every_seed_scores_and_saves(place: Path, run: list[Event]) -> None:
    """Six sets are one batch each; then two seeds of four steps, a state kept after every second;
    3 + 2 readings are scored."""
    learning = [StepDone, StepDone, CheckpointSaved] * 4
    kinds = [RunStarted, *[StepDone] * 6, *learning, *[EvalDone] * 5, CheckpointSaved, RunFinished]
    assert [type(event) for event in run] == kinds
    assert run[0].steps == 14
    assert [event.step for event in run if isinstance(event, StepDone)] == list(range(1, 15))
    assert [event.data for event in run[19:24]] == [
        *(f"mvsa en dev, {reading}" for reading in READINGS),
        "xlmt en dev, text",
        "xlmt es dev, text",
    ]
    assert Path(run[-2].folder) == place / "polarity"
    assert not (place / "polarity.part").exists(), "states go when the head is whole"
    assert run[7].losses.keys() == {"cross_modal", "classifier_1", "classifier_2"}


def test_encoders_and_disentanglers_are_the_base_s(
    place: Path, base: Checkpoint, run: list[Event]
) -> None:
    head = load_checkpoint(place / "polarity").model
    before = base.model.state_dict()
    changed = {
        name
        for name, value in head.state_dict().items()
        if not name.startswith("classifier_") and not torch.equal(value, before[name])
    }
    assert changed == {
        *(f"attention.W_{k}.weight" for k in "qkv"),
        "image.projection.weight",
        "image.projection.bias",
        "no_image",
        "no_text",
    }
    assert head.config.label_set == POLARITY3


def test_the_card_states_scores_seeds_and_how_it_was_selected(
    place: Path, run: list[Event]
) -> None:
    card = json.loads((place / "polarity" / "card.json").read_text(encoding="utf-8"))
    assert "no score selected" in card["selection"]
    assert card["base"] == "tiny"
    assert card["training"]["english_rows"] == {
        "mvsa en train": 12,
        "xlmt en train": 6,
        "nusax en train": 6,
    }
    assert card["scores"]["seeds"] == 2
    rows = {(r["set"], r["reading"]): r for r in card["scores"]["sets"]}
    assert rows["xlmt es dev", "text"]["read_through"] == "indo-european"
    both = rows["mvsa en dev", "text and image"]
    assert (both["rows"], both["commonest"]) == (3, 0.333)
    assert both["accuracy_of_each_seed"][0] == round(run[19].scores["accuracy"], 3)
    assert both["accuracy"] == pytest.approx(sum(both["accuracy_of_each_seed"]) / 2, abs=1e-3)


def test_the_seed_decides_everything(place: Path, run: list[Event]) -> None:
    """The first seed's head is kept: a run of that seed alone gives the same, another does not."""
    _run(place, "same", replace(TINY_HEAD, seeds=(0,)))
    _run(place, "other", replace(TINY_HEAD, seeds=(1,)))
    kept, same, other = (
        load_checkpoint(place / name).model.classifier_1.out.weight
        for name in ("polarity", "same", "other")
    )
    assert torch.equal(kept, same)
    assert not torch.equal(kept, other)


def test_features_predict_what_the_predictor_predicts(place: Path, run: list[Event]) -> None:
    """Rows were read once, in float16, disentangled beforehand; the ordinary path reads text and
    picture anew. Both give the same probabilities, but for rounding."""
    labelled = read_pairs(place / "data", "dev")
    head = load_checkpoint(place / "polarity")
    rows = _rows(load_checkpoint(place / "tiny"), labelled)
    with zipfile.ZipFile(labelled.archive) as archive:
        pictures = [Image.open(archive.open(n)).convert("RGB") for n in labelled.pictures]
    texts = labelled.texts
    samples = {
        "text and image": [
            Sample(text=t, image=i, language="en") for t, i in zip(texts, pictures, strict=True)
        ],
        "text": [Sample(text=t, language="en") for t in texts],
        "image": [Sample(image=i) for i in pictures],
    }
    predictor = Predictor(head, FLOAT32)
    for reading in READINGS:
        p_1, p_2 = probabilities(head.model, rows, reading, CPU)
        found = list(predictor.predict_many(samples[reading]))
        for own, tensor in (("probabilities_1", p_1), ("probabilities_2", p_2)):
            there = torch.stack([torch.from_numpy(getattr(f.scores, own)) for f in found])
            assert torch.allclose(tensor, there, atol=2e-3), reading


def test_a_head_gives_every_view(place: Path, run: list[Event]) -> None:
    """As the app asks for them, also those that use the base's vocabulary heads."""
    predictor = Predictor(load_checkpoint(place / "polarity"), FLOAT32)
    sample = Sample(
        text="Estoy muy contenta",
        image=Image.new("RGB", (40, 30), "gold"),
        language="es",
        translation="I am so happy",
    )
    views = View.FAMILIES | View.REGIONS | View.SHARPNESS | View.TRANSLATION
    found = predictor.predict(sample, views)
    assert found.labels == POLARITY3.labels
    assert len(found.families) == len(predictor.families) + 1
    for view in (found.grid, found.sharpness, found.translation, found.scores.mean):
        assert np.isfinite(view).all()


def test_terms_by_hand(place: Path, base: Checkpoint) -> None:
    """With out = 0·h + b every reading's logits are b = (0, 1, 2), so a row of class c costs
    log(1 + e + e²) - c. Pairs are classes 0, 1, 2 (mean cost S - 1), texts all class 2 (S - 2).
    Weights 2, 1, 1: "both" and "image" (S - 1), "text" over 3 pairs and 2 texts (S - 7/5)."""
    head, S = _head(base), math.log(1 + math.e + math.e**2)
    for classifier in (head.classifier_1, head.classifier_2):
        classifier.out.weight.zero_()
        classifier.out.bias.copy_(torch.tensor([0.0, 1.0, 2.0]))
    pairs = _rows(base, read_pairs(place / "data", "dev")).batch([0, 1, 2], CPU)
    assert pairs.labels.tolist() == [0, 1, 2]
    texts = _rows(base, read_texts(place / "data", "xlmt", "en", "dev")).batch([2, 5], CPU)
    settings = replace(TINY_HEAD, reading_weights=(2.0, 1.0, 1.0))
    terms = head_terms(head, pairs, texts, settings)
    expected = 0.75 * (S - 1) + 0.25 * (S - 7 / 5)
    assert terms["classifier_1"].item() == pytest.approx(expected, abs=1e-5)
    assert terms["classifier_2"].item() == pytest.approx(expected, abs=1e-5)
    image = head.image.projection(pairs.image)
    genuine = contrastive_loss(pairs.pooled, image, settings.tau)  # each row its own partner
    assert terms["cross_modal"].item() == pytest.approx(genuine.item())


def test_smoothing_reaches_the_losses(place: Path, base: Checkpoint) -> None:
    head = _head(base).eval()
    pairs = _rows(base, read_pairs(place / "data", "dev")).batch([0, 1, 2], CPU)
    settings = replace(TINY_HEAD, reading_weights=(1.0, 0.0, 0.0), label_smoothing=0.3)
    logits, _ = read_as(head, pairs, "text and image")
    expected = F.cross_entropy(logits, pairs.labels, label_smoothing=0.3)
    assert head_terms(head, pairs, pairs, settings)["classifier_1"].item() == pytest.approx(
        expected.item()
    )


def test_a_base_whose_families_know_words_keeps_its_attention_and_its_strength(
    place: Path, base: Checkpoint
) -> None:
    """Words are predicted through the attention; tokens are read as far as the base goes."""
    held = load_checkpoint(place / "tiny")
    held.model.config = replace(held.model.config, vocabulary_residual=True, fusion_strength=0.5)
    shares = {id(p) for g in _optimizer(held.model, TINY_HEAD).param_groups for p in g["params"]}
    assert not shares & {id(p) for p in held.model.attention.parameters()}
    texts = read_texts(place / "data", "xlmt", "en", "dev")
    whole, none, half = (
        _rows(replace(base, model=model), texts).batch([0], CPU).f
        for model in (base.model, _strength(place, 0.0), held.model)
    )
    torch.testing.assert_close(half, (whole + none) / 2, atol=2e-3, rtol=1e-2)


def _strength(place: Path, strength: float) -> LFDRT:
    model = load_checkpoint(place / "tiny").model
    model.config = replace(model.config, fusion_strength=strength)
    return model


def test_a_stopped_run_goes_on_to_the_same_head(place: Path, run: list[Event]) -> None:
    """Stopped in the second seed's third step: the first is not trained again, the second goes on
    from its saved state, and all scores are those of a run at a stretch."""
    base = load_checkpoint(place / "tiny")
    begun = HeadRun(TINY_HEAD, base, place / "data", place / "halves", FLOAT32)
    events = begun.events()
    while not isinstance(event := next(events), StepDone) or event.step < 13:
        pass
    events.close()
    with pytest.raises(UserError, match="holds a run with another rate_shared"):
        _run(place, "halves", replace(TINY_HEAD, rate_shared=1.0))
    rest = _run(place, "halves", TINY_HEAD)
    trained = [e for e in rest if isinstance(e, StepDone) and e.losses]
    assert [e.step for e in trained] == [13, 14]
    assert [e.losses for e in trained] == [e.losses for e in run if isinstance(e, StepDone)][-2:]
    assert [e for e in rest if isinstance(e, EvalDone)] == [
        e for e in run if isinstance(e, EvalDone)
    ]
    whole, halves = (
        json.loads((place / name / "card.json").read_text(encoding="utf-8"))["scores"]
        for name in ("polarity", "halves")
    )
    assert whole == halves


def test_it_learns_what_pictures_and_texts_say(
    place: Path, base: Checkpoint, tmp_path: Path
) -> None:
    """Colour and a word of the text give the label away: all twelve pairs are learned."""
    pairs = _rows(base, read_pairs(place / "data", "train"))
    texts = _rows(base, read_texts(place / "data", "xlmt", "en", "train"))
    head = _head(base)
    settings = replace(TINY_HEAD, steps=150, pair_rows=12, rate_shared=1e-2, class_balance=0.0)
    state = tmp_path / "state.pt"
    list(HeadLoop(head, pairs, texts, settings, seed=0, device=CPU, state_file=state).events())
    for reading in READINGS:
        p_1, _ = probabilities(head, pairs, reading, CPU)
        assert (p_1.argmax(-1) == pairs.labels).float().mean() > 0.9, reading
    assert not head.training
    assert not any(p.requires_grad for p in head.parameters())


def test_a_loss_that_is_no_number_is_skipped_and_told(
    place: Path, base: Checkpoint, tmp_path: Path
) -> None:
    pairs = _rows(base, read_pairs(place / "data", "train"))
    texts = _rows(base, read_texts(place / "data", "xlmt", "en", "train"))
    broken = replace(pairs, image=torch.full_like(pairs.image, torch.inf))
    head = _head(base)
    before = head.attention.W_v.weight.clone()
    state = tmp_path / "state.pt"
    loop = HeadLoop(head, broken, texts, TINY_HEAD, seed=0, device=CPU, state_file=state)
    found = list(loop.events())
    assert sum("not a number" in getattr(event, "message", "") for event in found) == 4
    assert torch.equal(head.attention.W_v.weight, before)


def test_a_head_lies_beside_a_whole_checkpoint(
    place: Path, base: Checkpoint, run: list[Event], tmp_path: Path
) -> None:
    for out in (tmp_path / "polarity", place / "tiny"):
        with pytest.raises(ConfigError, match="must lie beside its base"):
            head_config(TINY_HEAD, base, out)
    with pytest.raises(ConfigError, match="is a head itself"):
        head_config(TINY_HEAD, load_checkpoint(place / "polarity"), place / "second")


def test_missing_or_wrong_data_are_named(place: Path, base: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mvsa\.csv is not in"):
        read_pairs(tmp_path, "dev")
    with pytest.raises(DataError, match="no row whose split is 'night'"):
        read_pairs(place / "data", "night")
    pairs = read_pairs(place / "data", "dev")
    with pytest.raises(DataError, match=r"mvsa\.zip, 'gone\.png'"):
        _rows(base, replace(pairs, pictures=("gone.png",) * 3))
    with pytest.raises(DataError, match="mvsa en dev: label 'joy' is not in 'polarity3'"):
        _rows(base, replace(pairs, labels=("joy",) * 3))


def test_settings() -> None:
    assert from_seed(HEADS["polarity3"], 5).seeds == (5, 6, 7)
    with pytest.raises(ConfigError, match="seeds is empty"):
        replace(TINY_HEAD, seeds=())
    with pytest.raises(ConfigError, match="pair_rows is 0"):
        replace(TINY_HEAD, pair_rows=0)
