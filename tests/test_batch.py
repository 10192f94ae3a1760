"""Padding, and grouping by length."""

from __future__ import annotations

import pytest
import torch

from lfdrt.batch import NO_FAMILY, length_buckets, pad_text_batch


def test_rows_are_padded_on_the_right() -> None:
    batch = pad_text_batch([[5, 6], [7, 8, 9]], [2, NO_FAMILY], pad=1)
    assert batch.ids.tolist() == [[5, 6, 1], [7, 8, 9]]
    assert batch.mask.tolist() == [[True, True, False], [True, True, True]]
    assert batch.family.tolist() == [2, NO_FAMILY]
    assert len(batch) == 2
    assert (batch.ids.dtype, batch.mask.dtype, batch.family.dtype) == (
        torch.int64,
        torch.bool,
        torch.int64,
    )


def test_a_padding_id_inside_a_text_stays_a_token() -> None:
    assert pad_text_batch([[1, 1]], [0], pad=1).mask.all()


def test_one_row_is_a_batch_and_none_is_an_error() -> None:
    assert pad_text_batch([[3]], [0], pad=1).ids.tolist() == [[3]]
    with pytest.raises(ValueError, match="at least one text"):
        pad_text_batch([], [], pad=1)


def test_to_moves_every_part() -> None:
    moved = pad_text_batch([[3]], [0], pad=1).to(torch.device("meta"))
    assert {moved.ids.device.type, moved.mask.device.type, moved.family.device.type} == {"meta"}


def test_buckets_hold_every_position_once_and_similar_lengths() -> None:
    lengths = [9, 1, 5, 1, 30, 5, 2]
    buckets = list(length_buckets(lengths, rows=3))
    assert [len(b) for b in buckets] == [3, 3, 1]
    assert sorted(sum(buckets, [])) == list(range(7))
    assert [[lengths[i] for i in b] for b in buckets] == [[1, 1, 2], [5, 5, 9], [30]]


def test_equal_lengths_keep_their_order() -> None:
    assert list(length_buckets([4, 4, 4, 4], rows=2)) == [[0, 1], [2, 3]]


def test_nothing_gives_no_bucket() -> None:
    assert list(length_buckets([], rows=4)) == []
