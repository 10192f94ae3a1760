"""Puts together what a pre-training run needs: a model from towers, faces' features, corpora."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from lfdrt.batch import Share, disentangler_index
from lfdrt.checkpoint import is_checkpoint, load_checkpoint
from lfdrt.config import ConfigError, ImageConfig
from lfdrt.data.faces import normalise, read_faces, upscale
from lfdrt.data.records import read_labelled
from lfdrt.encoders.image import ImageEncoder, tower_features
from lfdrt.encoders.tokens import TextTokenizer
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.labels import LABEL_SETS
from lfdrt.languages import resolve
from lfdrt.model.lfdrt import LFDRT
from lfdrt.presets import MODELS
from lfdrt.runtime import Runtime
from lfdrt.training.feature_files import layers_digest
from lfdrt.training.pretrain.corpus import (
    ANCHOR,
    Faces,
    LabelledCorpus,
    ParallelCorpus,
    read_training_pairs,
)
from lfdrt.training.pretrain.lower import Keep, LowerStates, keep_nothing
from lfdrt.training.pretrain.probe import probe_emotions
from lfdrt.training.pretrain.run import PretrainRun
from lfdrt.training.ranks import join
from lfdrt.training.saved import keep_tensors, kept_tensors
from lfdrt.training.settings import PretrainSettings
from lfdrt.training.tower_folder import read_image_tower, read_text_tower


def first_model(start: Path, settings: PretrainSettings) -> tuple[LFDRT, TextTokenizer]:
    """Where a run starts: a folder of towers, or a checkpoint that is to be trained further.

    ConfigError or DataError: a checkpoint of other classes, a folder that is neither.
    """
    if is_checkpoint(start):
        return _from_checkpoint(start, settings)
    return model_from_towers(read_text_tower(start), read_image_tower(start), settings)


def _from_checkpoint(start: Path, settings: PretrainSettings) -> tuple[LFDRT, TextTokenizer]:
    """Its weights, as far as the run's model has them; what is new begins by the seed."""
    held = load_checkpoint(start)
    config = held.model.config
    if config.label_set.name != settings.label_set:
        raise ConfigError(
            f"{start.name} has the classes {config.label_set.name}, the settings "
            f"{settings.label_set}: they must be the same"
        )
    if not settings.disentangle:
        config = replace(config, families=(), parts=(), parts_rank=0)
    torch.manual_seed(settings.first)
    model = LFDRT(replace(config, fusion_strength=settings.fusion_strength))
    kept = held.model.state_dict()
    if not settings.disentangle:
        kept = {n: t for n, t in kept.items() if not n.startswith("disentanglers.")}
    model.load_state_dict(model.state_dict() | kept)
    return model, held.tokenizer


def model_from_towers(
    text: TextTower, image: ImageTower, settings: PretrainSettings
) -> tuple[LFDRT, TextTokenizer]:
    """A model whose encoders hold the towers' weights; the rest is random by the seed."""
    torch.manual_seed(settings.first)
    config = MODELS[settings.model](LABEL_SETS[settings.label_set], text.config, image.config)
    config = replace(config, fusion_strength=settings.fusion_strength)
    if not settings.disentangle:
        config = replace(config, families=())
    model = LFDRT(config)
    model.text.backbone.load_state_dict(text.state)
    model.image.tower.load_state_dict(image.state)
    return model, TextTokenizer(text.tokenizer, config.text)


@torch.inference_mode()
def face_features(
    encoder: ImageEncoder, data: Path, config: ImageConfig, runtime: Runtime
) -> Faces:
    """Tower features of the training faces: the tower is frozen, so once is enough.

    Shape: features (N, E), labels (N,). Costs about 4 ms a face on two CPU cores.
    """
    faces, _ = read_faces(data / "images")
    tower = encoder.tower.eval().to(runtime.device, memory_format=torch.channels_last)

    def features(images: Tensor) -> Tensor:
        pixels = normalise(upscale(images, config.size), config).to(runtime.device)
        with runtime.autocast():
            return tower_features(tower, pixels).pooled.float().cpu()

    parts = [features(part) for part in faces.images.split(128)]
    return Faces(features=torch.cat(parts).clone(), labels=faces.labels)


def prepare_run(
    settings: PretrainSettings,
    towers: Path,
    data: Path,
    out: Path,
    runtime: Runtime,
    *,
    features: Path,
) -> PretrainRun:
    """A run ready to train, at the step where its state file left it.

    Faces' features and the probe's emotions are kept in the folder `features`: they take minutes,
    and a resumed run needs the same.
    """
    share = join(runtime)
    model, tokenizer = first_model(towers, settings)

    def faces() -> dict[str, Tensor]:
        return vars(face_features(model.image, data, model.config.image, runtime))

    def emotions() -> dict[str, Tensor]:
        return {"emotions": pair_emotions(model, tokenizer, data, settings, runtime)}

    seen = Faces(**_kept(features / "faces.safetensors", faces, share))
    felt = None
    if settings.parallel and settings.emotion_balance:
        name = "emotions-subtitles" if settings.subtitles else "emotions"
        felt = _kept(features / f"{name}.safetensors", emotions, share)["emotions"]
    keep: Keep = keep_nothing
    if settings.keep_lower:
        own = f"lower-{layers_digest(model.text, settings.frozen_layers)}-{share.rank}"
        keep = keep_in(features / own, model, settings, runtime)
    labelled, parallel = corpora(data, settings, tokenizer, model, seen, felt, keep)
    run = PretrainRun(
        model=model,
        tokenizer=tokenizer,
        labelled=labelled,
        parallel=parallel,
        settings=settings,
        runtime=runtime,
        share=share,
        state_file=out / "state.pt",
    )
    if run.state_file.is_file():
        run.load_state()
    return run


def pair_emotions(
    model: LFDRT,
    tokenizer: TextTokenizer,
    data: Path,
    settings: PretrainSettings,
    runtime: Runtime,
) -> Tensor:
    """The probe's emotions of every parallel pair, by its English side. Shape: -> (N, C).

    Costs about two minutes on two CPU cores, for 30,000 different sentences.
    """
    labels = LABEL_SETS[settings.label_set]
    rows = [
        (r.text, labels.index(r.label))
        for source in settings.sources
        for r in read_labelled(data, source.name, ANCHOR, "train")
    ]
    pairs = read_training_pairs(data, subtitles=settings.subtitles > 0)
    anchors = [r.anchor for r in pairs]
    model.to(runtime.device)
    return probe_emotions(model, tokenizer, rows, anchors, runtime)


def _kept(path: Path, make: Callable[[], dict[str, Tensor]], share: Share) -> dict[str, Tensor]:
    """Tensors of the run folder, made where it has none, or damaged ones; the first process
    writes."""
    tensors = kept_tensors(path)
    if tensors is None:
        tensors = make()
        if share.rank == 0:
            keep_tensors(path, tensors)
    return tensors


def corpora(
    data: Path,
    settings: PretrainSettings,
    tokenizer: TextTokenizer,
    model: LFDRT,
    faces: Faces,
    emotions: Tensor | None = None,
    keep: Keep = keep_nothing,
) -> tuple[LabelledCorpus, ParallelCorpus]:
    """Both corpora of a run; `emotions` of the parallel pairs, where they are to be balanced.

    DataError names a file that is missing or not in its format.
    """
    config = model.config
    own = resolve(config.anchor).family.code
    through = config.disentangler_of(config.anchor, own)
    family = disentangler_index(through, config.families)
    labelled = LabelledCorpus(data, settings, tokenizer, config.label_set, family, faces, keep)
    return labelled, ParallelCorpus(
        data, settings, tokenizer, config.families, family, emotions, keep
    )


def keep_in(folder: Path, model: LFDRT, settings: PretrainSettings, runtime: Runtime) -> Keep:
    """Lower states of each part of the corpora in a folder of its own."""
    return lambda name, ids: LowerStates(
        model.text,
        ids,
        layers=settings.frozen_layers,
        folder=folder / name,
        width=model.config.width,
        runtime=runtime,
    )
