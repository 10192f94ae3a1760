"""Asks an OpenAI-compatible chat endpoint one question: paced, retried, counted, capped.

The one file that names `openai`, whose client waits and tries again (`Retry-After` up to two
minutes, else twice as long each time with jitter). Redirects are not followed: a text goes to no
other host than the one that was named. The client adds OPENAI_ORG_ID, OPENAI_PROJECT_ID and
OPENAI_CUSTOM_HEADERS where the environment has them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lfdrt.baselines.chat import errors as chat_errors
from lfdrt.baselines.chat.cache import Answered
from lfdrt.baselines.chat.prompt import (
    REFUSED,
    UNUSABLE,
    Answer,
    Question,
    read_answer,
    response_format,
)
from lfdrt.baselines.chat.settings import ChatError, ChatSettings

try:
    import openai
    from openai.types.chat import ChatCompletion
except ModuleNotFoundError as error:
    raise ChatError(
        f"a chat endpoint is asked through the package openai, and {error.name} is missing: "
        'pip install -e ".[baselines]"'
    ) from error

ASKS = 3
"""How often a question is asked until its answer can be used."""
_OPTIONAL = {"response_format": ("response_format", "json_schema"), "temperature": ("temperature",)}
"""Parameters that not every server knows, and the words by which its refusal is recognised."""
_OF_ONE_SAMPLE = {
    "content_filter": REFUSED,
    "content_policy_violation": REFUSED,
    "context_length_exceeded": UNUSABLE,
}
"""Codes of errors that say something about a sample and nothing about the endpoint."""


class BudgetSpent(ChatError):
    """--max-requests or --max-cost is reached; nothing more was sent."""


class _Held(openai.OpenAIError):
    """Raised inside the client, which hands its own kind of error on and does not try again."""


@dataclass(kw_only=True)
class Usage:
    """Of one client. uncounted: answers whose tokens the server does not tell."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    uncounted: int = 0


class ChatClient:
    """Of one event loop; close it there. `usage` grows with every request."""

    def __init__(self, settings: ChatSettings, key: str) -> None:
        self.usage = Usage()
        self._settings, self._key = settings, key
        self._left_out: set[str] = set()
        self._next = 0.0  # when the next request may go, in the loop's time
        self._api = openai.AsyncOpenAI(
            api_key=key,
            base_url=settings.base_url,
            max_retries=settings.retries,
            timeout=settings.timeout,
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False, event_hooks={"request": [self._before_request]}
            ),
        )

    async def close(self) -> None:
        await self._api.close()

    async def ask(self, question: Question) -> Answered:
        """Asks up to `ASKS` times until the answer can be used, and then takes it as it is.

        BudgetSpent, ChatError: the question is open, and the next one would fare alike.
        """
        messages = question.messages()
        counts: list[tuple[int, int] | None] = []
        answer, model = None, ""
        for _ in range(ASKS):
            try:
                completion = await self._complete(question, messages)
            except openai.OpenAIError as error:
                answer = self._told_of_sample(error)
                break
            if completion is not None:
                counts.append(self._counted(completion))
                answer, model = _answer(completion, question.labels), str(completion.model or "")
                if answer.label is not None:
                    break
        if answer is None:
            raise chat_errors.foreign(self._settings)
        known = [count for count in counts if count is not None]
        whole = len(known) == len(counts)
        return Answered(
            answer=answer,
            model=chat_errors.without_key(model, self._key),
            left_out=tuple(sorted(self._left_out)),
            tokens_in=sum(count[0] for count in known) if whole else None,
            tokens_out=sum(count[1] for count in known) if whole else None,
        )

    async def _complete(
        self, question: Question, messages: list[dict[str, Any]]
    ) -> ChatCompletion | None:
        """None for an answer that is none of the protocol's."""
        optional = {
            "response_format": response_format(question.labels, question.probabilities),
            "temperature": self._settings.temperature,
        }
        while True:
            sent = {
                name: value
                for name, value in optional.items()
                if value is not None and name not in self._left_out
            }
            try:
                completion = await self._api.chat.completions.create(
                    model=self._settings.model, messages=messages, **sent
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                unknown = _named(error, sent)
                if not unknown:
                    raise
                self._left_out |= unknown
            except ValueError:  # the body is no JSON
                return None
            else:
                whole = isinstance(completion, ChatCompletion) and completion.choices
                return completion if whole else None

    async def _before_request(self, _: object) -> None:
        """Also before each retry."""
        usage, s = self.usage, self._settings
        if s.max_requests is not None and usage.requests >= s.max_requests:
            raise _Held(f"--max-requests {s.max_requests:,} is reached")
        cost = s.cost(usage.tokens_in, usage.tokens_out)
        if s.max_cost is not None and cost is not None and cost >= s.max_cost:
            raise _Held(f"--max-cost {s.max_cost:g} is reached")
        usage.requests += 1
        now = asyncio.get_running_loop().time()
        start = max(now, self._next)
        self._next = start + 60 / s.requests_per_minute
        await asyncio.sleep(start - now)

    def _told_of_sample(self, error: openai.OpenAIError) -> Answer:
        """What an error says about the sample; where it says nothing, it is raised as a sentence
        without the key, and without the exception that may hold it."""
        s = self._settings
        if isinstance(error, _Held):
            raise BudgetSpent(f"{error}: raise it to go on.") from None
        if isinstance(error, openai.APITimeoutError):
            raise chat_errors.silent(s) from None
        if isinstance(error, openai.APIStatusError):
            if error.code in _OF_ONE_SAMPLE:
                return Answer(label=None, problem=_OF_ONE_SAMPLE[error.code])
            words = chat_errors.without_key(_words(error), self._key)
            raise chat_errors.refused(error.status_code, words, s) from None
        why = chat_errors.without_key(str(error.__cause__ or error), self._key)
        raise chat_errors.unreachable(s, why) from None

    def _counted(self, completion: ChatCompletion) -> tuple[int, int] | None:
        """Tokens in and out, added to `usage`; None where the server does not tell them."""
        told = completion.usage
        came, went = getattr(told, "prompt_tokens", None), getattr(told, "completion_tokens", None)
        if not isinstance(came, int) or not isinstance(went, int):
            self.usage.uncounted += 1
            return None
        self.usage.tokens_in += came
        self.usage.tokens_out += went
        return came, went


def _answer(completion: ChatCompletion, labels: Sequence[str]) -> Answer:
    """The client checks no types, so a server may have sent anything in place of a message."""
    choice = completion.choices[0]
    message = getattr(choice, "message", None)
    filtered = getattr(choice, "finish_reason", None) == "content_filter"
    if filtered or getattr(message, "refusal", None):
        return Answer(label=None, problem=REFUSED)
    content = getattr(message, "content", None)
    if not isinstance(content, str):
        return Answer(label=None, problem=UNUSABLE)
    return read_answer(content, labels)


def _words(error: openai.APIStatusError) -> str:
    body = error.body
    told = body.get("message") if isinstance(body, dict) else body
    return str(told or body or "")


def _named(error: openai.APIStatusError, sent: dict[str, Any]) -> set[str]:
    """The parameters among those sent that a server says it does not take, in one of the spellings
    "response_format" and "response format"."""
    told = f"{error.param or ''} {_words(error)}".lower().replace(" ", "_")
    return {name for name in sent if any(word in told for word in _OPTIONAL[name])}
