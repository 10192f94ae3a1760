"""Which chat endpoint is asked, how fast, at which price and up to which limit. Torch-free.

The key is no setting: it is read from the environment, and nothing that is written or shown may
hold it.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from lfdrt.errors import UserError


class ChatError(UserError):
    """An endpoint that cannot be used, or stopped answering: what happened, and what to do."""


@dataclass(frozen=True, kw_only=True)
class ChatSettings:
    """Of one endpoint. UserError names the option that is wrong.

    base_url: ends before /chat/completions. temperature: None leaves it to the server.
    retries: of one request, after errors that pass. timeout: seconds for one answer.
    price_in, price_out: of a million tokens, in any one currency; max_cost in the same.
    max_requests: retries count; None for no limit.
    """

    model: str
    base_url: str
    key_variable: str
    temperature: float | None
    requests_per_minute: float
    concurrency: int
    retries: int
    timeout: float
    price_in: float | None
    price_out: float | None
    max_requests: int | None
    max_cost: float | None

    def __post_init__(self) -> None:
        self._check_address()
        if not self.model.strip():
            raise UserError("--model is empty: name the model that the server is to run.")
        for name in ("requests_per_minute", "concurrency", "timeout", "max_requests", "max_cost"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UserError(f"{_option(name)} must be above 0, not {value}.")
        for name in ("retries", "temperature", "price_in", "price_out"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise UserError(f"{_option(name)} must not be below 0, not {value}.")
        if (self.price_in is None) != (self.price_out is None):
            raise UserError("--price-in and --price-out go together: give both, or neither.")
        if self.max_cost is not None and self.price_in is None:
            raise UserError("--max-cost needs the prices: give --price-in and --price-out.")

    def _check_address(self) -> None:
        try:
            parts = urlsplit(self.base_url)
        except ValueError:  # brackets that hold no IPv6 address
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UserError("--base-url must be an http(s) address, as https://api.example.org/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise UserError(
                "--base-url holds a name, a password or a query: give the bare address, and the "
                f"key in the environment variable {self.key_variable}."
            )

    @property
    def host(self) -> str:
        """Name and port, as people are told where their texts go."""
        return urlsplit(self.base_url).netloc

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine."""
        name = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"

    @property
    def encrypted(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """In the currency of the prices; None without them."""
        if self.price_in is None or self.price_out is None:
            return None
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6


def read_key(variable: str) -> str:
    """The key in an environment variable; ChatError, without the value, where it is of no use."""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ChatError(
            f"the environment variable {variable} is not set: put the key into it, or name another "
            "one with --key-variable. For a server that asks for no key, set it to not-needed."
        )
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ChatError(
            f"the environment variable {variable} holds characters that no key has: set it again."
        )
    return key


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"
