"""The composed model on random weights: what must hold whatever was learned."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import torch

from lfdrt.batch import NO_FAMILY, TextBatch, pad_text_batch
from lfdrt.model.lfdrt import LFDRT, VocabularyHead
from tests.tiny import WIDTH, tiny_config

WORDS = 60
TEXTS = [[0, 10, 11, 2], [0, 20, 21, 22, 23, 24, 25, 2], [0, 30, 2]]


def _model(*, residual: bool = True) -> LFDRT:
    torch.manual_seed(0)
    return LFDRT(replace(tiny_config(words=WORDS), image_residual=residual)).eval()


@pytest.fixture(scope="module")
def model() -> LFDRT:
    return _model().requires_grad_(False)


@pytest.fixture
def batch() -> TextBatch:
    return pad_text_batch(TEXTS, [0, 3, NO_FAMILY], pad=1)


def test_the_shared_attention_is_one_set_of_matrices(model: LFDRT) -> None:
    """Both paths use W_q, W_k, W_v (Eq. 11's note), also after a copy; a checkpoint holds each
    once."""
    assert model.fusion.attention is model.attention
    other = copy.deepcopy(model)
    assert other.fusion.attention is other.attention
    assert other.attention is not model.attention
    assert [name for name in model.state_dict() if "W_q" in name] == ["attention.W_q.weight"]


def test_the_classifiers_differ_in_weights_and_dropout(model: LFDRT) -> None:
    one, two = model.classifier_1, model.classifier_2
    assert not torch.equal(one.into.weight, two.into.weight)
    assert not torch.equal(one.out.weight, two.out.weight)
    assert (one.dropout.p, two.dropout.p) == model.config.classifier_dropout
    assert one.dropout.p != two.dropout.p


def test_shapes(model: LFDRT, batch: TextBatch) -> None:
    x, image = model.encode(batch), torch.randn(3, WIDTH)
    read = model.read(x, batch.mask, batch.family, image)
    assert x.shape == (3, 8, WIDTH)
    assert read.z.shape == (3, WIDTH)
    assert read.logits_1.shape == read.logits_2.shape == (3, 7)
    assert read.attention.shape == (3, 8)
    assert model.fuse_tokens(x, batch.mask, batch.family, image).shape == (3, 8, WIDTH)
    out = model.word_vectors(x, batch.family, x[:, :4], torch.ones(3, 4, dtype=torch.bool))
    assert out.h.shape == (3, 8, WIDTH) and out.attention.shape == (3, 8, 4)
    grid = torch.randn(3, 16, WIDTH)
    assert model.regions(grid, x, batch.mask, batch.family).shape == (3, 16, 8)


def test_a_row_does_not_depend_on_its_neighbours_or_its_padding(model: LFDRT) -> None:
    """Each text alone, in a batch, and padded further: the same to 1e-5."""
    image = torch.randn(3, WIDTH)
    families = [0, 3, NO_FAMILY]
    batch = pad_text_batch([*TEXTS, [0] + [40] * 20 + [2]], [*families, 5], pad=1)
    with_extra = model.read(
        model.encode(batch), batch.mask, batch.family, torch.cat([image, image[:1]])
    )
    for b, (ids, family) in enumerate(zip(TEXTS, families, strict=True)):
        row = pad_text_batch([ids], [family], pad=1)
        alone = model.read(model.encode(row), row.mask, row.family, image[b : b + 1])
        torch.testing.assert_close(alone.logits_1[0], with_extra.logits_1[b], atol=1e-5, rtol=0)
        torch.testing.assert_close(alone.logits_2[0], with_extra.logits_2[b], atol=1e-5, rtol=0)
        L = len(ids)
        torch.testing.assert_close(
            alone.attention[0], with_extra.attention[b, :L], atol=1e-5, rtol=0
        )
        assert not with_extra.attention[b, L:].any()


def test_a_family_reads_through_its_own_matrix(model: LFDRT, batch: TextBatch) -> None:
    """Only rows of the changed family change."""
    changed = copy.deepcopy(model)
    changed.disentanglers.weight[3] = torch.randn(WIDTH, WIDTH)
    x, image = model.encode(batch), torch.randn(3, WIDTH)
    before, after = (m.read(x, batch.mask, batch.family, image).z for m in (model, changed))
    assert [torch.equal(a, b) for a, b in zip(before, after, strict=True)] == [True, False, True]


def test_position_queries_see_the_image(model: LFDRT, batch: TextBatch) -> None:
    """Eq. 14: query p is token p plus the image, so Z[p] differs by position and by image."""
    x = model.encode(batch)
    a, b = (model.fuse_tokens(x, batch.mask, batch.family, torch.randn(3, WIDTH)) for _ in range(2))
    assert not torch.allclose(a[0, 1], a[0, 2], atol=1e-4)
    assert not torch.allclose(a, b, atol=1e-2)


def test_token_zero_of_fuse_tokens_is_not_the_image_query(model: LFDRT, batch: TextBatch) -> None:
    """z of the classifiers comes from the image alone as query, not from token 0 plus image."""
    x, image = model.encode(batch), torch.randn(3, WIDTH)
    z = model.read(x, batch.mask, batch.family, image).z
    Z = model.fuse_tokens(x, batch.mask, batch.family, image)
    assert not torch.allclose(z, Z[:, 0], atol=1e-5)


def test_without_text_the_picture_speaks_only_by_the_residual() -> None:
    """Why `image_residual` is the default: in the printed Eq. 11 a picture without a text always
    gives W_v of the one stand-in token, whatever it shows."""
    pictures, family = torch.randn(2, WIDTH), torch.full((2,), NO_FAMILY)
    for residual in (True, False):
        model = _model(residual=residual)
        x, mask = model.without_text(2)
        logits = model.read(x, mask, family, pictures).logits_1
        assert torch.equal(logits[0], logits[1]) is not residual


def test_a_missing_modality_is_a_vector_of_its_own(model: LFDRT) -> None:
    x, mask = model.without_text(3)
    assert x.shape == (3, 1, WIDTH) and mask.all()
    assert model.without_image(3).shape == (3, WIDTH)
    assert not torch.equal(model.no_text, model.no_image)


def test_vocabulary_head_times_word_matrix_by_hand() -> None:
    """Eq. 7 over D = 2: u = (3, 1), transform 2 · identity: (6, 2).

    LayerNorm: mean 4, deviation 2, so (1, -1). Words (1, 0), (0, 1), (2, 2): logits 1, -1, 0.
    """
    head = VocabularyHead(width=2)
    with torch.no_grad():
        head.transform.weight.copy_(2 * torch.eye(2))
        head.transform.bias.zero_()
    words = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    logits = head(torch.tensor([3.0, 1.0])) @ words.T
    torch.testing.assert_close(logits, torch.tensor([1.0, -1.0, 0.0]), atol=1e-4, rtol=0)


def test_the_head_cannot_reach_uniformity_by_shrinking_its_input() -> None:
    torch.manual_seed(0)
    head, u = VocabularyHead(width=16), torch.randn(4, 16)
    with torch.no_grad():
        head.transform.bias.zero_()
    torch.testing.assert_close(head(u), head(0.1 * u), atol=1e-2, rtol=0)


def test_confidence_and_hidden_layer_by_hand() -> None:
    """u = (3, 1), transform the identity; LayerNorm of (3, 1): (1, -1).

    Confidence w·u + b with w = (1, 0), b = -1: 2, so (2, -2); with b = -4 it is below 0: silent.
    Hidden layer of one unit reading u_1 + 7, large enough for GELU to be the identity: 10; written
    to u_2: (3, 11), normalised (-1, 1).
    """
    head, u = VocabularyHead(width=2, confident=True, hidden=1), torch.tensor([3.0, 1.0])
    assert head.confidence is not None and head.hidden is not None
    first, _, last = head.hidden
    with torch.no_grad():
        head.transform.weight.copy_(torch.eye(2))
        head.transform.bias.zero_()
        head.confidence.weight.copy_(torch.tensor([[1.0, 0.0]]))
        head.confidence.bias.fill_(-1)
        first.weight.copy_(torch.tensor([[1.0, 0.0]]))
        first.bias.fill_(7)
    torch.testing.assert_close(head(u), torch.tensor([2.0, -2.0]), atol=1e-4, rtol=0)
    with torch.no_grad():
        last.weight.copy_(torch.tensor([[0.0], [1.0]]))
    torch.testing.assert_close(head(u), torch.tensor([-2.0, 2.0]), atol=1e-4, rtol=0)
    with torch.no_grad():
        head.confidence.bias.fill_(-4)
    assert not head(u).any()


def test_the_word_matrix_is_shared_and_detached(model: LFDRT) -> None:
    words = model.text.word_matrix(torch.float32)
    assert words.shape == (WORDS, WIDTH)
    assert not words.requires_grad
    assert torch.equal(words, model.text.word_embeddings.weight)
