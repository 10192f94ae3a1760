"""Settings, questions and rows for tests of the chat baseline."""

from __future__ import annotations

from dataclasses import replace

from lfdrt.baselines.chat.prompt import Question
from lfdrt.baselines.chat.settings import ChatSettings

KEY = "sk-made-0123456789abcdefghij"
SETTINGS = ChatSettings(
    model="made",
    base_url="https://api.example.org/v1",
    key_variable="MADE_KEY",
    temperature=0.0,
    requests_per_minute=1e6,
    concurrency=2,
    retries=1,
    timeout=5.0,
    price_in=None,
    price_out=None,
    max_requests=None,
    max_cost=None,
)
QUESTION = Question(
    labels=("anger", "joy", "neutral"), text="Ninafurahi sana", picture=None, probabilities=False
)


def settings(url: str, **others: object) -> ChatSettings:
    return replace(SETTINGS, base_url=url, **others)
