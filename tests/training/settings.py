"""Settings of the tiny training runs in these tests: seconds, all terms on."""

from dataclasses import replace

from lfdrt.training.families.settings import FAMILIES_STAGE
from lfdrt.training.settings import PretrainSettings, Source, Weights

TINY = PretrainSettings(
    label_set="ekman7",
    sources=(Source(name="made", weight=1.0, class_balance=0.3),),
    steps=6,
    labelled_rows=8,
    parallel_rows=6,
    masked_rows=4,
    accumulate=1,
    max_tokens=32,
    kl_families=2,
    model="compact",
    disentangle=True,
    wrong_families=1,
    frozen_layers=1,
    rate_encoder=1e-3,
    rate_heads=1e-2,
    rate_disentanglers=1e-3,
    weight_decay=0.01,
    warmup=0.2,
    clip=1.0,
    tau=0.07,
    mask_rate=0.3,
    family_target="own",
    reading_weights=(0.4, 0.6, 0.2),
    pairing_noise=0.1,
    family_balance=0.5,
    emotion_balance=1.0,
    checkpoint_every=3,
    seed=1,
    weights=Weights(post_alignment=1.0, consistency=1.0),
)

TINY_STAGE = replace(
    FAMILIES_STAGE,
    views=2,
    mask_rate=0.4,
    steps=6,
    sentences=8,
    positions=3,
    hidden=8,
    drawn=40,
    uniform_words=30,
    rate=1e-2,
    average=0.5,
    checkpoint_every=3,
)

TINY_PARTS = replace(TINY_STAGE, levels=(0.25, 0.25, 0.5), parts_rank=2)
"""With parts of branches and languages."""
