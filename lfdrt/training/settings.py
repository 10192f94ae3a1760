"""Settings of a pre-training run: frozen, serialisable, torch-free."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from lfdrt.config import STRICT, ConfigError
from lfdrt.presets import MODELS

PRIORS = ("none", "absent", "source")


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights of the terms of Eq. 17; 0 switches a term off (Table 7's ablations are settings).

    The paper's: alpha_1 0.3, alpha_2 0.1, beta 1, 1, 0.3, alignment 1. `post_alignment` (no
    equation: alignment after the disentanglers, see DESIGN) and `consistency` (no equation: a
    translation is classified as its original) are 0 in the paper.
    """

    cross_lingual: float = 1.0
    cross_modal: float = 1.0
    post_alignment: float = 0.0
    consistency: float = 0.0
    mask_1: float = 0.3
    uniformity: float = 0.1
    classifier_1: float = 1.0
    classifier_2: float = 1.0
    mask_2: float = 0.3

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value < math.inf:
                raise ValueError(f"weight {name} is {value}; weights are finite and 0 or more")
        if not any(vars(self).values()):
            raise ValueError("every weight is 0: there is nothing to train")


PARALLEL_TERMS = ("cross_lingual", "post_alignment", "consistency", "mask_1", "uniformity")
"""Terms of the parallel text; without any of them a run sees English labels alone."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A labelled English set: `weight` is its relative chance of being drawn, whatever its size.

    `class_balance`: inside it, rows are drawn with chance ~ (class size)^-class_balance. 0 keeps
    its own prior, which a set of the same kind is then predicted with.
    """

    __pydantic_config__ = STRICT
    name: str
    weight: float
    class_balance: float


@dataclass(frozen=True, kw_only=True)
class PretrainSettings:
    """One run of §3.3.

    prior: what the classifiers' loss knows of a source's classes, see `draw.log_prior`.
    subtitles: share of film dialogue among a language's pairs, where it has any.
    switched: share of the labelled rows that are read with some words of another language.
    keep_lower: what the frozen layers make of a text is kept on the disk from its first visit on.
    average: decay of the moving average of the weights, which is what the run saves; 0 saves the
    last ones. first: seed of the weights that do not come from towers, so that runs of several
    seeds start alike and their weights can be averaged.
    steps: optimizer steps. labelled_rows, parallel_rows: rows of a step. masked_rows: of each of
    the two batches, the rows that are masked and encoded once more for Eq. 8 and 15. accumulate:
    micro-steps of that size whose gradients make one step (contrastive terms see one at a time).
    max_tokens: longer texts are cut, sooner than in prediction: a step costs what its longest does.
    kl_families: other families that Eq. 9 samples a step (an unbiased estimate).
    model: which of `lfdrt.presets.MODELS` is built from the towers.
    disentangle: False builds it without families, "w/o LFD" of Table 7.
    wrong_families: readings of every translation through families it does not belong to, which its
    original must not find: hard negatives of the post-alignment. 0 for none.
    frozen_layers: lowest encoder layers left as they are; word embeddings always are.
    fixed: further parts of the model that do not learn. fusion_strength: see `ModelConfig`.
    recompute: the text encoder's layers are computed again on the way back: less memory, more work.
    rate_*: peak learning rates; the disentanglers move slowly and without weight decay.
    reading_weights: of the three readings of a labelled pair: both, text only, image only.
    pairing_noise: share of faces paired with a text of any label. family_balance: languages are
    drawn with chance ~ (languages of their family)^-family_balance. emotion_balance: inside a
    language, pairs are drawn with chance ~ (how rare the emotion that a probe sees in the English
    sentence is among the language's pairs)^emotion_balance; parallel text is mostly neutral news.
    """

    __pydantic_config__ = STRICT
    label_set: str
    sources: tuple[Source, ...]
    steps: int
    labelled_rows: int
    parallel_rows: int
    masked_rows: int
    accumulate: int
    max_tokens: int
    kl_families: int
    model: str
    disentangle: bool
    wrong_families: int
    frozen_layers: int
    rate_encoder: float
    rate_heads: float
    rate_disentanglers: float
    weight_decay: float
    warmup: float
    clip: float
    tau: float
    mask_rate: float
    family_target: str
    reading_weights: tuple[float, float, float]
    pairing_noise: float
    family_balance: float
    emotion_balance: float
    checkpoint_every: int
    seed: int
    prior: str = "none"
    subtitles: float = 0.0
    switched: float = 0.0
    keep_lower: bool = False
    average: float = 0.0
    first: int = 0
    fixed: tuple[str, ...] = ()
    fusion_strength: float = 1.0
    recompute: bool = False
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        if self.family_target not in ("own", "anchor"):
            raise ConfigError(f"family_target is {self.family_target!r}, not 'own' or 'anchor'")
        if self.model not in MODELS:
            raise ConfigError(f"model is {self.model!r}; it is one of {', '.join(MODELS)}")
        if self.prior not in PRIORS:
            raise ConfigError(f"prior is {self.prior!r}; it is one of {', '.join(PRIORS)}")
        if not (0 <= self.subtitles < 1 and 0 <= self.average < 1):
            raise ConfigError("subtitles and average lie from 0 to below 1")
        if not 0 <= self.switched <= 1:
            raise ConfigError(f"switched is {self.switched}; it is a share from 0 to 1")
        if not 0 < self.mask_rate < 1:
            raise ConfigError(f"mask_rate is {self.mask_rate}; it lies between 0 and 1")
        if self.masked_rows > min(self.labelled_rows, self.parallel_rows):
            raise ConfigError("masked_rows is larger than a batch")
        if not 0 <= self.pairing_noise <= 1:
            raise ConfigError(f"pairing_noise is {self.pairing_noise}; it lies between 0 and 1")
        if not self.disentangle and (
            self.wrong_families or self.weights.mask_1 or self.weights.uniformity
        ):
            raise ConfigError(
                "without disentanglers, wrong_families and the weights mask_1 and uniformity are 0"
            )
        for name in ("steps", "checkpoint_every", "accumulate"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; it is at least 1")

    @property
    def parallel(self) -> bool:
        """Whether any term reads parallel text."""
        return any(getattr(self.weights, name) for name in PARALLEL_TERMS)


COMPACT = PretrainSettings(
    label_set="ekman7",
    sources=(
        Source(name="meld", weight=0.25, class_balance=0.3),
        Source(name="goemotions", weight=0.4, class_balance=0.3),
        Source(name="xed", weight=0.25, class_balance=0.3),
        Source(name="brighter", weight=0.1, class_balance=0.3),
    ),
    steps=800,
    labelled_rows=64,
    parallel_rows=48,
    masked_rows=12,
    accumulate=1,
    max_tokens=32,
    kl_families=2,
    model="compact",
    disentangle=True,
    wrong_families=0,
    frozen_layers=4,
    rate_encoder=5e-5,
    rate_heads=5e-4,
    rate_disentanglers=1e-4,
    weight_decay=0.01,
    warmup=0.06,
    clip=1.0,
    tau=0.07,
    mask_rate=0.15,
    family_target="own",
    reading_weights=(0.4, 0.6, 0.2),
    pairing_noise=0.15,
    family_balance=0.5,
    emotion_balance=0.0,
    checkpoint_every=100,
    seed=0,
    weights=Weights(post_alignment=1.0),
)
"""The first checkpoint's settings: what fits about forty minutes of two CPU cores."""

BALANCED = replace(
    COMPACT,
    sources=(
        Source(name="meld", weight=0.3, class_balance=0.0),
        Source(name="goemotions", weight=0.25, class_balance=0.8),
        Source(name="xed", weight=0.35, class_balance=0.8),
        Source(name="brighter", weight=0.1, class_balance=0.8),
    ),
    steps=550,
    parallel_rows=40,
    masked_rows=8,
    rate_encoder=1e-4,
    rate_disentanglers=1e-3,
    emotion_balance=0.5,
    weights=Weights(post_alignment=1.0, consistency=2.0),
)
"""Consistency of translations, emotions balanced, families at a high rate: measured over three
seeds in assets/benchmarks/balanced. Better on MELD and M-MELD, worse on the mean of the English
dev sets, by which the first checkpoint was chosen. Its class balance and consistency were set
after a look at trial runs' scores on target dev sets: its scores there are a little optimistic."""

SENTIMENT = replace(
    COMPACT,
    sources=(
        Source(name="meld", weight=0.25, class_balance=0.5),
        Source(name="goemotions", weight=0.3, class_balance=0.5),
        Source(name="xed", weight=0.3, class_balance=0.5),
        Source(name="brighter", weight=0.15, class_balance=0.5),
    ),
    steps=1_500,
    parallel_rows=32,
    masked_rows=8,
    disentangle=False,
    frozen_layers=8,
    rate_encoder=1e-4,
    emotion_balance=0.5,
    prior="source",
    subtitles=0.3,
    keep_lower=True,
    average=0.99,
    weights=Weights(post_alignment=1.0, consistency=2.0, mask_1=0.0, uniformity=0.0, mask_2=0.0),
)
"""First stage of the bundled checkpoint: encoder, fusion and classifiers, without families, which
the second stage (`lfdrt.training.families`) adds on the encoder that this one leaves."""

HEADS = replace(
    SENTIMENT,
    steps=400,
    fusion_strength=0.15,
    disentangle=True,
    frozen_layers=12,
    fixed=("disentanglers", "attention", "family_vocabulary"),
    weights=Weights(
        cross_lingual=0.0,
        post_alignment=1.0,
        consistency=2.0,
        mask_1=0.0,
        uniformity=0.0,
        mask_2=0.0,
    ),
)
"""Last stage, from a checkpoint whose families have learned: classifiers and what stands for a
missing picture or text learn to read through them. Encoder and families stay, and the attention
with them: words are predicted from its values too."""

PAPER = replace(
    COMPACT,
    sources=(Source(name="meld", weight=1.0, class_balance=0.0),),
    steps=20_000,
    masked_rows=48,
    max_tokens=128,
    kl_families=12,
    model="paper",
    wrong_families=0,
    frozen_layers=0,
    rate_encoder=5e-6,
    rate_heads=5e-6,
    rate_disentanglers=5e-6,
    weight_decay=0.0,
    pairing_noise=0.0,
    family_balance=0.0,
    emotion_balance=0.0,
    checkpoint_every=1_000,
    weights=Weights(),
)
"""The paper's constants, section 4.2: Adam (no decay) at 5e-6, tau 0.07, masking 15 %, alpha and
beta; all 12 other families in Eq. 9, no term of ours. The paper does not say its batch size, steps,
warm-up or decay of the rate: those are ours."""

PRESETS = {
    "compact": COMPACT,
    "balanced": BALANCED,
    "sentiment": SENTIMENT,
    "heads": HEADS,
    "paper": PAPER,
}
