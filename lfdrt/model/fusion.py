"""Cross-modal fusion, Eq. 11: the image asks, the text answers.

Query 0 is the image. For the masked-language loss of Eq. 14, which needs one prediction for each
text position, query p is token p plus the image (decision: the paper does not say).
"""

from __future__ import annotations

from torch import Tensor

from lfdrt.model.attention import Attended, SharedAttention


def token_queries(text: Tensor, image: Tensor) -> Tensor:
    """Queries of Eq. 14: token p plus the image. Shape: (B, L, D), (B, D) -> (B, L, D)."""
    return text + image[:, None, :]


class Fusion:
    """Eq. 11 over the shared attention, whose weights belong to the model: this holds none of its
    own, so it is no module, and a checkpoint stores W_q, W_k, W_v once.

    `residual` adds the query's image to what it read. In the printed Eq. 11, z is a weighted mean
    of text values: an image could choose words but say nothing itself, and a picture without text
    would always give the same prediction.
    """

    def __init__(self, *, attention: SharedAttention, residual: bool) -> None:
        self.attention = attention
        self.residual = residual

    def __call__(self, query: Tensor, image: Tensor, text: Tensor, mask: Tensor) -> Attended:
        """Shape: query (B, Q, D), image (B, D), text (B, L, D), mask (B, L) -> values (B, Q, D)."""
        attended = self.attention(query, text, mask)
        if not self.residual:
            return attended
        return Attended(values=attended.values + image[:, None, :], weights=attended.weights)
