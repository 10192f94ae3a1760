"""Eq. 5, with the arithmetic done by hand."""

from __future__ import annotations

import torch

from lfdrt.batch import NO_FAMILY
from lfdrt.model.disentangler import Disentanglers, below, disentangle
from lfdrt.parts import NO_PART


def test_by_hand() -> None:
    """W = [[1, 2], [3, 4]] and x = (5, 6): W x = (1·5 + 2·6, 3·5 + 4·6) = (17, 39).

    W^T x would be (23, 34).
    """
    W = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert disentangle(torch.tensor([[[5.0, 6.0]]]), W).tolist() == [[[17.0, 39.0]]]


def test_each_row_has_the_matrix_of_its_family() -> None:
    """W^0 doubles, W^1 swaps both coordinates, W^2 is zero; the last text has no family."""
    parts = Disentanglers(families=3, width=2)
    with torch.no_grad():
        parts.weight[0] = 2 * torch.eye(2)
        parts.weight[1] = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
        parts.weight[2] = 0.0
    x = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]).expand(4, 2, 2)
    f = parts(x, torch.tensor([1, 0, 2, NO_FAMILY]))
    assert f[0].tolist() == [[2.0, 1.0], [4.0, 3.0]]
    assert f[1].tolist() == [[2.0, 4.0], [6.0, 8.0]]
    assert f[2].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert f[3].tolist() == x[3].tolist()


def test_no_family_is_exactly_the_identity_and_teaches_no_matrix() -> None:
    torch.manual_seed(0)
    parts = Disentanglers(families=3, width=4)
    x = torch.randn(2, 5, 4, requires_grad=True)
    f = parts(x, torch.tensor([NO_FAMILY, 1]))
    assert torch.equal(f[0], x[0])
    f.sum().backward()
    assert parts.weight.grad is not None and x.grad is not None
    assert [bool(g.any()) for g in parts.weight.grad] == [False, True, False]
    assert torch.equal(x.grad[0], torch.ones(5, 4))


def test_they_start_near_the_identity_and_differ() -> None:
    torch.manual_seed(0)
    W = Disentanglers(families=13, width=32).weight.detach()
    off = (W - torch.eye(32)).abs().max().item()
    assert 0 < off < 0.01
    assert all(not torch.equal(W[i], W[j]) for i in range(13) for j in range(i))


def test_the_number_format_of_the_text_is_kept() -> None:
    x = torch.randn(1, 2, 4, dtype=torch.bfloat16)
    assert Disentanglers(families=2, width=4)(x, torch.tensor([1])).dtype == torch.bfloat16


def test_half_the_way_under_autocast() -> None:
    """Products come out in bfloat16 there, the tokens may be float32. W = 3: 2 + 0.5 (6 - 2)."""
    parts = Disentanglers(families=1, width=1)
    with torch.no_grad():
        parts.weight.fill_(3.0)
    with torch.autocast("cpu", torch.bfloat16):
        f = parts(torch.tensor([[[2.0]]]), torch.tensor([0]), 0.5)
    assert f.tolist() == [[[4.0]]]


def test_a_mix_by_hand() -> None:
    """W^0 doubles, W^1 is zero. x = (1, 2), half of W^0 and a quarter of W^1: the last quarter
    stays: 0.5 · 2 x + 0.25 x = 1.25 x. At half the way from x: 1.125 x."""
    parts = Disentanglers(families=2, width=2)
    with torch.no_grad():
        parts.weight[0] = 2 * torch.eye(2)
        parts.weight[1] = 0.0
    x, shares = torch.tensor([[[1.0, 2.0]]]), torch.tensor([[0.5, 0.25]])
    assert parts.mixed(x, shares).tolist() == [[[1.25, 2.5]]]
    assert parts.mixed(x, shares, 0.5).tolist() == [[[1.125, 2.25]]]


def test_all_of_one_family_is_that_family() -> None:
    torch.manual_seed(0)
    parts = Disentanglers(families=3, width=4)
    x = torch.randn(2, 5, 4)
    mixed = parts.mixed(x, torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), 0.3)
    torch.testing.assert_close(mixed, parts(x, torch.tensor([1, NO_FAMILY]), 0.3))


def test_parts_by_hand() -> None:
    """x = (5, 6), two parts of rank 1. The first asks (1, 2)·x = 17 and says 17 (1, 0) = (17, 0);
    the second asks (0, 3)·x = 18 and says 18 (-1, 2) = (-18, 36): together (-1, 36)."""
    down = torch.tensor([[[[1.0, 2.0]], [[0.0, 3.0]]]])
    up = torch.tensor([[[[1.0], [0.0]], [[-1.0], [2.0]]]])
    assert below(torch.tensor([[[5.0, 6.0]]]), down, up).tolist() == [[[-1.0, 36.0]]]


def refined() -> Disentanglers:
    """Two families, three parts of rank 2 that say something."""
    torch.manual_seed(0)
    made = Disentanglers(families=2, width=4, parts=3, rank=2)
    torch.nn.init.normal_(made.up)
    return made


def test_each_text_has_its_own_parts() -> None:
    """W = W^k + up_p down_p + up_q down_q, multiplied out; and at half the way from x."""
    made, x = refined(), torch.randn(4, 5, 4)
    parts = torch.tensor([[0, 2], [NO_PART, 1], [NO_PART, NO_PART], [1, NO_PART]])
    family = torch.tensor([0, 1, 1, NO_FAMILY])
    f, half = made(x, family, parts=parts), made(x, family, 0.5, parts=parts)
    part = made.up @ made.down  # (P, D, D)
    W = torch.stack([made.weight[0] + part[0] + part[2], made.weight[1] + part[1],
                     made.weight[1], torch.eye(4) + part[1]])  # fmt: skip
    expected = torch.stack([disentangle(x[n], W[n]) for n in range(4)])
    torch.testing.assert_close(f, expected)
    torch.testing.assert_close(half, (x + expected) / 2)


def test_a_reading_without_parts_is_what_it_was() -> None:
    made, x = refined(), torch.randn(2, 5, 4)
    family = torch.tensor([1, 0])
    none = torch.full((2, 2), NO_PART)
    assert torch.equal(made(x, family, parts=none), made(x, family))


def test_parts_say_nothing_at_first_and_only_those_that_are_read_learn() -> None:
    torch.manual_seed(0)
    made, x = Disentanglers(families=1, width=4, parts=3, rank=2), torch.randn(1, 5, 4)
    f = made(x, torch.tensor([0]), parts=torch.tensor([[NO_PART, 2]]))
    assert torch.equal(f, made(x, torch.tensor([0])))
    f.square().sum().backward()
    assert made.up.grad is not None
    assert [bool(g.any()) for g in made.up.grad] == [False, False, True]
