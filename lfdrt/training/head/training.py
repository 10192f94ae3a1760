"""Trains a head: new classifiers and a re-learned fusion on the frozen encoders of a base.

Only English labels are seen, so the disentanglers stay the base's: nothing here could teach those
of other families. The last step of a fixed schedule is kept; no score selects anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from lfdrt.config import ModelConfig
from lfdrt.data.sampling import StepSampler
from lfdrt.events import Event
from lfdrt.losses import contrastive_loss, total_loss
from lfdrt.model.lfdrt import LFDRT
from lfdrt.training.head.data import Batch, Rows
from lfdrt.training.head.settings import HeadSettings
from lfdrt.training.loop import StepLoop, step_seed
from lfdrt.training.settings import Weights

READINGS = ("text and image", "text", "image")
AT_ONCE = 256


def new_head(base: LFDRT, config: ModelConfig, seed: int) -> LFDRT:
    """The base with new classifiers of `config`'s classes. Encoders are shared, not copied."""
    torch.manual_seed(seed)
    head = LFDRT(config)
    head.text, head.image.tower = base.text, base.image.tower
    kept = {n: t for n, t in base.state_dict().items() if not n.startswith("classifier_")}
    head.load_state_dict(head.state_dict() | kept)
    return head.requires_grad_(False)


def read_as(head: LFDRT, batch: Batch, reading: str) -> tuple[Tensor, Tensor]:
    """Both classifiers' logits of one of `READINGS`. Shape: -> (B, C), (B, C).

    What `LFDRT.read` computes, in another order: with one query a row, the key matrix moves to the
    query, (W_q q)·(W_k f) = (W_kᵀ W_q q)·f, and the value matrix behind the weighted mean. No
    product then runs over all tokens, and a step costs a twentieth.
    """
    B = len(batch.labels)
    image = head.without_image(B) if reading == "text" else head.image.projection(batch.image)
    if reading == "image":
        text = head.no_text.expand(B, -1)
    else:
        W = head.attention
        asked = W.W_q(image) @ W.W_k.weight  # (B, D)
        scores = (batch.f @ asked[..., None])[..., 0] / image.shape[-1] ** 0.5  # (B, L)
        weights = scores.masked_fill(~batch.mask, -torch.inf).softmax(dim=-1)
        text = (weights[:, None] @ batch.f)[:, 0]  # (B, D)
    z = head.attention.W_v(text)
    if head.config.image_residual:
        z = z + image
    return head.classify(z)


def head_terms(
    head: LFDRT, pairs: Batch, texts: Batch, settings: HeadSettings
) -> dict[str, Tensor]:
    """L_CMA (Eq. 4) over genuine pairs, L_MLP1 and L_MLP2 (Eq. 13) over every reading.

    Texts without a picture count among the rows of the reading "text".
    """
    readings = [read_as(head, pairs, reading) for reading in READINGS]
    alone = read_as(head, texts, "text")  # one of each classifier, as each of `readings`
    total = sum(settings.reading_weights)
    terms = {
        "cross_modal": contrastive_loss(
            pairs.pooled, head.image.projection(pairs.image), settings.tau
        )
    }
    labels = (pairs.labels, torch.cat([pairs.labels, texts.labels]), pairs.labels)
    shares = [w / total for w in settings.reading_weights]
    for k, name in enumerate(("classifier_1", "classifier_2")):
        both, text, image = (logits[k] for logits in readings)
        losses = [
            F.cross_entropy(o, c, label_smoothing=settings.label_smoothing)
            for o, c in zip((both, torch.cat([text, alone[k]]), image), labels, strict=True)
        ]
        terms[name] = torch.stack([s * e for s, e in zip(shares, losses, strict=True)]).sum()
    return terms


class HeadLoop(StepLoop[LFDRT, HeadSettings]):
    """Trains `head` in place on the rows of `pairs` and `texts`; `seed` is that of this head."""

    def __init__(
        self,
        head: LFDRT,
        pairs: Rows,
        texts: Rows,
        settings: HeadSettings,
        *,
        seed: int,
        device: torch.device,
        state_file: Path,
    ) -> None:
        self.model, self.settings, self.state_file = head, settings, state_file
        self._seed, self._device, self._sets = seed, device, (pairs, texts)
        self._draws = (
            _sampler(pairs, settings.pair_rows, settings, 2 * seed),
            _sampler(texts, settings.text_rows, settings, 2 * seed + 1),
        )
        head.to(device).train()
        head.text.eval()
        head.image.tower.eval()
        self.begin(_optimizer(head, settings))

    def events(self) -> Iterator[Event]:
        """Raises TrainingFailed. The head that is left neither learns nor drops anything."""
        yield from super().events()
        self.model.eval().requires_grad_(False)

    def losses_of_step(self) -> dict[str, float]:
        torch.manual_seed(step_seed(self._seed, self.step))  # of dropout
        pairs, texts = (
            rows.batch(draw(self.step).tolist(), self._device)
            for rows, draw in zip(self._sets, self._draws, strict=True)
        )
        terms = head_terms(self.model, pairs, texts, self.settings)
        total_loss(terms, vars(Weights(cross_modal=self.settings.cross_modal))).backward()
        return {name: value.item() for name, value in terms.items()}


@torch.inference_mode()
def probabilities(
    head: LFDRT, rows: Rows, reading: str, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Both classifiers' probabilities of one reading. Shape: -> p_1, p_2 (N, C) float32."""
    found = []
    for start in range(0, len(rows), AT_ONCE):
        batch = rows.batch(range(start, min(start + AT_ONCE, len(rows))), device)
        found.append(torch.stack(read_as(head, batch, reading)).softmax(-1).cpu())
    p_1, p_2 = torch.cat(found, dim=1)
    return p_1, p_2


def _optimizer(head: LFDRT, settings: HeadSettings) -> torch.optim.AdamW:
    """AdamW with a rate each for what comes from the base and for what is new.

    The attention stays where families have learned to predict words through it.
    """
    shared = [*head.image.projection.parameters(), head.no_image, head.no_text]
    if not head.config.vocabulary_residual:
        shared += head.attention.parameters()
    new = [*head.classifier_1.parameters(), *head.classifier_2.parameters()]
    for parameter in (*shared, *new):
        parameter.requires_grad_(True)
    groups = [
        {"params": new, "lr": settings.rate_classifiers},
        {"params": shared, "lr": settings.rate_shared},
    ]
    return torch.optim.AdamW(groups, weight_decay=settings.weight_decay)


def _sampler(rows: Rows, count: int, settings: HeadSettings, seed: int) -> StepSampler:
    labels = rows.labels.tolist()
    sizes = Counter(labels)
    weights = [sizes[label] ** -settings.class_balance for label in labels]
    return StepSampler(weights=weights, lengths=rows.lengths, rows=count, seed=seed)
