"""Scores of endings against arithmetic by hand and against one forward for every ending."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from transformers import LlamaForCausalLM

from lfdrt.baselines.likelihood import Endings, ending_loss, ending_scores, log_likelihood, pad_left
from tests.baselines.tiny_llm import tiny_llama

PAD = 0
ROWS = (
    Endings(context=(5, 9, 30, 31, 32), endings=((7,), (8, 10, 12), (8, 11))),
    Endings(context=(5, 40), endings=((7,), (8, 10, 12), (8, 11))),
)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> nn.Module:
    return LlamaForCausalLM.from_pretrained(tiny_llama(tmp_path_factory.mktemp("llama"))).eval()


@torch.inference_mode()
def one_by_one(model: nn.Module, context: tuple[int, ...], ending: tuple[int, ...]) -> float:
    """The whole sequence in one unpadded forward without a cache."""
    ids = torch.tensor([[*context, *ending]])
    log_p = model(input_ids=ids).logits.log_softmax(-1)[0]
    at = len(context)
    return sum(float(log_p[at + t - 1, token]) for t, token in enumerate(ending))


def test_log_likelihood_by_hand() -> None:
    """Two words with odds 3 : 1, then 1 : 1. The first row says word 0, then word 1: 3/4 · 1/2 =
    3/8; the second says word 1 and ends: 1/4."""
    logits = torch.tensor([[[math.log(3), 0.0], [2.0, 2.0]]]).repeat(2, 1, 1)
    targets = torch.tensor([[0, 1], [1, 0]])
    mask = torch.tensor([[True, True], [True, False]])
    found = log_likelihood(logits, targets, mask)
    torch.testing.assert_close(found, torch.tensor([3 / 8, 1 / 4]).log())


def test_scores_are_those_of_one_forward_for_each_ending(llama: nn.Module) -> None:
    """Contexts of two lengths, endings of one to three tokens: padding and cache change nothing."""
    with torch.inference_mode():
        found = ending_scores(llama, ROWS, PAD)
    expected = [[one_by_one(llama, row.context, e) for e in row.endings] for row in ROWS]
    assert found.shape == (2, 3)
    torch.testing.assert_close(found, torch.tensor(expected), atol=1e-4, rtol=1e-4)
    assert float(found.std()) > 0.5  # random, but not all alike


def test_endings_of_one_token_need_one_forward(
    llama: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward, reads = llama.forward, []

    def counted(**inputs: torch.Tensor) -> object:
        reads.append(inputs["input_ids"].shape)
        return forward(**inputs)

    monkeypatch.setattr(llama, "forward", counted)
    row = Endings(context=(5, 9), endings=((7,), (8,)))
    with torch.inference_mode():
        found = ending_scores(llama, [row], PAD)
    assert reads == [(1, 2)]
    assert float(found[0, 1]) == pytest.approx(one_by_one(llama, (5, 9), (8,)), abs=1e-4)


def test_the_loss_is_minus_the_mean_score_of_the_right_endings(llama: nn.Module) -> None:
    chosen = [(ROWS[0].context, ROWS[0].endings[1]), (ROWS[1].context, ROWS[1].endings[0])]
    loss = ending_loss(llama, chosen, PAD)
    expected = -sum(one_by_one(llama, *row) for row in chosen) / 2
    assert loss.item() == pytest.approx(expected, abs=1e-4)
    loss.backward()
    assert llama.lm_head.weight.grad.abs().sum() > 0
    llama.zero_grad()


def test_candidates_are_cut_at_the_prompts_end() -> None:
    found = Endings.split([(1, 2, 3, 4), (1, 2, 3, 5, 6)], known=3)
    assert found == Endings(context=(1, 2, 3), endings=((4,), (5, 6)))
    shared = Endings.split([(1, 2, 7, 4), (1, 2, 7, 5)], known=2)
    assert shared.endings == ((7, 4), (7, 5)), "what the labels share is still theirs"


def test_a_token_over_the_prompts_end_moves_the_cut_of_all() -> None:
    found = Endings.split([(1, 2, 3, 4), (1, 2, 9)], known=3)
    assert found == Endings(context=(1, 2), endings=((3, 4), (9,)))


@pytest.mark.parametrize("candidates", [[(1, 2), (1, 2, 3)], [(1,), (2,)]])
def test_nothing_to_judge_by_or_to_judge(candidates: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="a token of context and one of its own"):
        Endings.split(candidates, known=2)


def test_rows_end_in_the_last_column() -> None:
    batch = pad_left([(4, 5, 6), (7,)], PAD, torch.device("cpu"))
    assert batch.ids.tolist() == [[4, 5, 6], [PAD, PAD, 7]]
    assert batch.mask.tolist() == [[True] * 3, [False, False, True]]
    assert batch.positions.tolist() == [[0, 1, 2], [0, 0, 0]]
