"""The families' stage as a run: own heads learn masked words, other heads learn to say nothing.

The encoder is frozen and its features are kept, so a step costs a few products: masked words are
predicted through their own family (Eq. 8) and through others (Eq. 9). Learned are W^k with the
parts below it that the settings ask for, the queries and keys of the shared attention, and the
vocabulary head. W_v stays: it belongs to what the classifiers read as well. Several processes each
read their share of a step's sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from lfdrt.batch import Share, disentangler_index
from lfdrt.data.records import ParallelText
from lfdrt.data.sampling import family_shares
from lfdrt.events import Event, Preparing
from lfdrt.languages import resolve
from lfdrt.losses import sampled_vocabulary_loss, uniformity
from lfdrt.model.lfdrt import LFDRT
from lfdrt.parts import LEVELS, NO_PART, part_numbers
from lfdrt.runtime import Runtime
from lfdrt.training.families.settings import FamiliesSettings
from lfdrt.training.families.words import WordStore
from lfdrt.training.loop import StepLoop, step_seed
from lfdrt.training.ranks import average_gradients, mean_over_processes, wait

DEPTH = 1
"""Tells the draws of levels from a step's other ones."""


@dataclass
class FamiliesRun(StepLoop):
    """`pairs`: of languages whose family the model has. `share`: this process's part."""

    model: LFDRT
    pairs: Sequence[ParallelText]
    words: WordStore
    settings: FamiliesSettings
    runtime: Runtime
    share: Share
    state_file: Path

    def __post_init__(self) -> None:
        self.model.to(self.runtime.device).eval().requires_grad_(False)
        for part in self._learning():
            part.requires_grad_(True)
        W = self.model.disentanglers.weight
        decayed = [p for part in self._learning() for p in part.parameters() if p is not W]
        optimizer = torch.optim.AdamW(
            [
                {"params": [W], "weight_decay": 0.0},
                {"params": decayed, "weight_decay": self.settings.weight_decay},
            ],
            lr=self.settings.rate,
            betas=(0.9, 0.98),
        )
        self.begin(optimizer, self.settings.average)
        families = self.model.config.families
        family = [resolve(pair.language).family.code for pair in self.pairs]
        self._family = torch.tensor([disentangler_index(name, families) for name in family])
        parts, level = self.model.config.parts, self.settings.level
        of_language = {
            code: part_numbers(code, parts, level) for code in {p.language for p in self.pairs}
        }
        self._parts = torch.tensor([of_language[pair.language] for pair in self.pairs])  # (N, 2)
        self._chances = sentence_chances(
            [pair.language for pair in self.pairs],
            family,
            self.settings.family_balance,
            self.settings.leave_out,
        )
        self._cumulative = self._chances.cumsum()

    def _learning(self) -> list[nn.Module]:
        model = self.model
        return [
            model.disentanglers,
            model.attention.W_q,
            model.attention.W_k,
            model.family_vocabulary,
        ]

    def events(self) -> Iterator[Event]:
        """First the features, as far as they are not kept yet, then the steps."""
        for done, total in self.words.encode_all():
            yield Preparing(step=self.step, stage="encoding", done=done, total=total)
            if self.stop():
                break
        wait()
        yield from super().events()

    def losses_of_step(self) -> dict[str, float]:
        rng = np.random.default_rng([self.settings.seed, self.step])
        torch.manual_seed(step_seed(self.settings.seed, self.step))
        at = np.searchsorted(self._cumulative, rng.random(self.settings.sentences), side="right")
        sentences = np.minimum(at, len(self.pairs) - 1)
        terms = self._terms(int(rng.integers(self.words.views)), sentences, rng)
        (terms["mask_1"] + self.settings.uniformity * terms["uniformity"]).backward()
        average_gradients(self.learned)
        return {name: mean_over_processes(value) for name, value in terms.items()}

    def _terms(
        self, view: int, sentences: np.ndarray, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """On this process's share of S sentences, whose N masked words are those of all: its mean
        over processes is the mean over these."""
        P = self.settings.positions
        targets = torch.from_numpy(self.words.targets(view, sentences, P))  # (S, P)
        targets = targets[targets >= 0].to(self.runtime.device)  # (N,)
        candidates, W, log_chance = self._candidates(targets, rng)
        read = self.words.read(view, sentences[self.share.rank :: self.share.world], P)
        kept = read.targets >= 0  # (S / world, P)
        own, share = read.targets[kept], self.share.world / max(len(targets), 1)
        family = self._family[torch.from_numpy(sentences)]  # (S,)
        some = torch.from_numpy(rng.permutation(len(candidates))[: self.settings.uniform_words])
        K = len(self.model.config.families)
        with self.runtime.autocast():

            def vectors(through: Tensor, parts: Tensor | None = None) -> Tensor:
                words = self.model.word_vectors(
                    read.x, through, read.x_an, read.mask_an, parts=parts
                )
                return words.h[kept]

            through, parts = self.share.rows(family), self.share.rows(self._drawn_parts(sentences))
            h = vectors(through, parts)
            mask_1 = sampled_vocabulary_loss(h, W, own, candidates, log_chance)
            shifts = rng.integers(1, K, (self.settings.kl_families, len(family)))
            others = [(family + torch.from_numpy(shift)) % K for shift in shifts]
            h = torch.cat([vectors(self.share.rows(other)) for other in others])
            said = uniformity(h.to(W.dtype) @ W[some.to(W.device)].T)
        return {
            "mask_1": mask_1 * (share * len(own)),
            "uniformity": said.sum() * (share / len(others)),
        }

    def _drawn_parts(self, sentences: np.ndarray) -> Tensor:
        """The parts of each sentence's own reading in this step, those below the level that is
        drawn for it left out. Shape: (S,) -> (S, 2).

        Drawn by numbers of their own: all else is as it would be without parts.
        """
        rng = np.random.default_rng([self.settings.seed, self.step, DEPTH])
        chances = np.array(self.settings.levels)
        levels = rng.choice(len(LEVELS), size=len(sentences), p=chances / chances.sum())
        kept = torch.from_numpy(levels)[:, None] > torch.arange(self._parts.shape[1])
        return self._parts[torch.from_numpy(sentences)].where(kept, NO_PART)

    def _candidates(
        self, targets: Tensor, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """This step's words, ascending: its targets and drawn ones, half by how frequent they are,
        half from the whole vocabulary. Shape: -> ids (M,), words (M, D), log chance (M,)."""
        n, N = self.settings.drawn, len(targets)
        place = np.searchsorted(self._drawn_before, rng.random(n), side="right")
        drawn = torch.from_numpy(np.minimum(place, len(self._draws) - 1))
        candidates = torch.unique(torch.cat([targets, drawn.to(targets)]))
        at = candidates.cpu().numpy()
        missed = n * np.log1p(-self._draws[at]) + N * np.log1p(-self._targets[at])
        log_chance = torch.from_numpy(np.log(-np.expm1(missed))).float().to(targets.device)
        return candidates, self._matrix[candidates], log_chance

    def save_state(self) -> None:
        """By the first process alone."""
        if self.share.rank == 0:
            super().save_state()

    @cached_property
    def _targets(self) -> np.ndarray:
        """How likely each word is to be a masked position's target. Shape: (V,)."""
        weights = self._chances * len(self._chances)
        found = self.words.frequencies(len(self._matrix), weights)
        return np.minimum(found / found.sum(), 0.5)

    @cached_property
    def _draws(self) -> np.ndarray:
        """How likely each word is to be drawn at a draw. Shape: (V,)."""
        damped = self._targets**0.75
        return 0.5 * damped / damped.sum() + 0.5 / len(damped)

    @cached_property
    def _drawn_before(self) -> np.ndarray:
        """`_draws` added up: a quarter of a million sums, once and not every step. Shape: (V,)."""
        return self._draws.cumsum()

    @cached_property
    def _matrix(self) -> Tensor:
        """W, the words. Shape: (V, D)."""
        return self.model.text.word_matrix(self.runtime.dtype)


def sentence_chances(
    languages: Sequence[str],
    families: Sequence[str],
    balance: float,
    leave_out: Sequence[str] = (),
) -> np.ndarray:
    """Chance of each sentence: languages ~ (languages of their family)^-balance, and within a
    language alike; 0 for those that are left out. Shape: (N,) -> (N,)."""
    sizes = Counter(languages)
    pairs = zip(languages, families, strict=True)
    share = family_shares({c: f for c, f in pairs if c not in leave_out}, balance)
    chances = np.array([share.get(c, 0.0) / sizes[c] for c in languages])
    return chances / chances.sum()
