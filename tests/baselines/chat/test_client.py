"""The chat client against a server on this machine: errors, retries, pace, counts, limits, key."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lfdrt.baselines.chat.cache import Answered
from lfdrt.baselines.chat.client import ASKS, BudgetSpent, ChatClient, Usage
from lfdrt.baselines.chat.errors import without_key
from lfdrt.baselines.chat.prompt import REFUSED, UNUSABLE, Question
from lfdrt.baselines.chat.settings import ChatError, ChatSettings, read_key
from tests.baselines.chat.made import KEY, QUESTION, SETTINGS, settings
from tests.baselines.chat.server import ChatServer, Reply, chat_server, fails, says

SOON = {"retry_after_ms": "1"}
"""A header that spares a test the wait before a retry."""


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as one:
        yield one


def ask(own: ChatSettings, *questions: Question) -> tuple[list[Answered], Usage]:
    """All at once, by one client."""

    async def run() -> tuple[list[Answered], Usage]:
        client = ChatClient(own, KEY)
        try:
            return list(await asyncio.gather(*map(client.ask, questions))), client.usage
        finally:
            await client.close()

    return asyncio.run(run())


def test_an_answer_with_what_it_took(server: ChatServer) -> None:
    server.replies(says('{"label": "joy"}', tokens=(30, 4)))
    [answered], usage = ask(settings(server.url), QUESTION)
    assert answered.answer.label == "joy"
    assert (answered.model, answered.tokens_in, answered.tokens_out) == ("made-2026-11-25", 30, 4)
    assert usage == Usage(requests=1, tokens_in=30, tokens_out=4)
    assert server.keys == [f"Bearer {KEY}"]
    (sent,) = server.asked
    assert (sent["model"], sent["temperature"]) == ("made", 0)
    assert sent["response_format"]["json_schema"]["strict"] is True


def test_a_server_that_counts_no_tokens(server: ChatServer) -> None:
    server.replies(says('{"label": "joy"}', tokens=None))
    [answered], usage = ask(settings(server.url, temperature=None), QUESTION)
    assert (answered.tokens_in, answered.tokens_out, usage.uncounted) == (None, None, 1)
    assert "temperature" not in server.asked[0]


@pytest.mark.parametrize(
    ("status", "says_so"),
    [
        (401, "environment variable MADE_KEY"),
        (403, "MADE_KEY may not use made"),
        (404, "--model and --base-url"),
        (302, "another address"),
        (400, "refuses the request (400). It says: no"),
    ],
)
def test_what_does_not_pass_stops_at_once(server: ChatServer, status: int, says_so: str) -> None:
    server.replies(fails(status, location=f"{server.url}/elsewhere"))
    with pytest.raises(ChatError) as told:
        ask(settings(server.url, retries=5), QUESTION)
    assert says_so in str(told.value)
    assert len(server.asked) == 1


def test_it_waits_as_long_as_the_server_asks(server: ChatServer) -> None:
    server.replies(fails(429, retry_after="0.3"), says('{"label": "joy"}'))
    [answered], usage = ask(settings(server.url), QUESTION)
    assert answered.answer.label == "joy"
    assert server.at[1] - server.at[0] >= 0.3
    assert usage.requests == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_errors_that_pass_are_tried_again(server: ChatServer, status: int) -> None:
    server.replies(fails(status, **SOON), says('{"label": "joy"}'))
    [answered], _ = ask(settings(server.url), QUESTION)
    assert answered.answer.label == "joy"


@pytest.mark.parametrize(
    ("status", "says_so"), [(429, "--requests-per-minute"), (500, "fails (500, 2 retries)")]
)
def test_errors_that_stay_end_it(server: ChatServer, status: int, says_so: str) -> None:
    server.replies(fails(status, "busy", **SOON))
    with pytest.raises(ChatError) as told:
        ask(settings(server.url, retries=2), QUESTION)
    assert says_so in str(told.value)
    assert "It says: busy" in str(told.value)
    assert len(server.asked) == 3


def test_without_a_word_of_the_server_the_wait_grows(server: ChatServer) -> None:
    """The client's own: 0.5 s less up to a quarter of jitter."""
    server.replies(fails(500), says('{"label": "joy"}'))
    ask(settings(server.url), QUESTION)
    assert server.at[1] - server.at[0] >= 0.37


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ChatError, match=f"127.0.0.1:{port} cannot be reached"):
        ask(settings(f"http://127.0.0.1:{port}/v1", retries=0), QUESTION)


def test_a_server_that_does_not_answer(server: ChatServer) -> None:
    server.replies(replace(says('{"label": "joy"}'), delay=0.5))
    with pytest.raises(ChatError, match=r"did not answer within 0\.1 s"):
        ask(settings(server.url, timeout=0.1, retries=0), QUESTION)


@pytest.mark.parametrize("body", ["{broken", "[1]", "{}", '{"choices": null}', '"words"', "null"])
def test_a_body_of_another_protocol(server: ChatServer, body: str) -> None:
    server.replies(Reply(200, body))
    with pytest.raises(ChatError, match="not as the chat completions protocol does"):
        ask(settings(server.url), QUESTION)
    assert len(server.asked) == ASKS


def test_a_body_that_broke_once(server: ChatServer) -> None:
    server.replies(Reply(200, '{"choices": [{"mess'), says('{"label": "joy"}'))
    [answered], _ = ask(settings(server.url), QUESTION)
    assert answered.answer.label == "joy"


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (says('{"label": "happiness"}'), UNUSABLE),
        (says('{"label": "jo'), UNUSABLE),
        (says(None), UNUSABLE),
        (Reply(200, {"choices": [{"message": 5}]}), UNUSABLE),
        (says(None, refusal="I cannot."), REFUSED),
        (Reply(200, {"choices": [{"finish_reason": "content_filter"}]}), REFUSED),
    ],
)
def test_an_answer_without_a_label_is_asked_for_again(
    server: ChatServer, reply: Reply, problem: str
) -> None:
    server.replies(reply)
    [answered], usage = ask(settings(server.url), QUESTION)
    assert (answered.answer.label, answered.answer.problem) == (None, problem)
    assert usage.requests == ASKS
    server.replies(reply, says('{"label": "joy"}', tokens=None))
    [answered], _ = ask(settings(server.url), QUESTION)
    assert answered.answer.label == "joy"


def test_tokens_of_all_tries_count(server: ChatServer) -> None:
    server.replies(says("?", tokens=(10, 1)), says('{"label": "joy"}', tokens=(10, 4)))
    [answered], usage = ask(settings(server.url), QUESTION)
    assert (answered.tokens_in, answered.tokens_out) == (20, 5)
    assert (usage.tokens_in, usage.tokens_out) == (20, 5)


@pytest.mark.parametrize(
    ("code", "problem"), [("content_filter", REFUSED), ("context_length_exceeded", UNUSABLE)]
)
def test_errors_about_a_sample_are_its_answer(server: ChatServer, code: str, problem: str) -> None:
    server.replies(fails(400, code=code))
    [answered], usage = ask(settings(server.url), QUESTION)
    assert answered.answer.problem == problem
    assert usage.requests == 1


def test_parameters_that_a_server_does_not_know_are_left_out(server: ChatServer) -> None:
    def reply(body: dict[str, object]) -> Reply:
        if "response_format" in body:
            return fails(400, "This response format is unavailable now")
        if "temperature" in body:
            return fails(422, "Unsupported value: 'temperature' does not support 0.")
        return says("joy")

    server.reply = reply
    answers, usage = ask(settings(server.url), QUESTION, replace(QUESTION, text="Nina"))
    assert [one.answer.label for one in answers] == ["joy", "joy"]
    assert answers[1].left_out == ("response_format", "temperature")
    server.asked.clear()
    ask(settings(server.url, temperature=None), QUESTION)
    assert [sorted(body) for body in server.asked][-1] == ["messages", "model"]


def test_requests_are_spread_over_the_minute(server: ChatServer) -> None:
    """600 a minute are 0.1 s apart, so that the sixth is sent half a second after the first."""
    questions = [replace(QUESTION, text=str(i)) for i in range(6)]
    begun = time.monotonic()
    ask(settings(server.url, requests_per_minute=600, concurrency=6), *questions)
    assert server.at[-1] - begun >= 0.5


def test_the_limit_of_requests_counts_retries(server: ChatServer) -> None:
    server.replies(fails(500, **SOON))
    with pytest.raises(BudgetSpent, match="--max-requests 3 is reached"):
        ask(settings(server.url, retries=9, max_requests=3), QUESTION)
    assert len(server.asked) == 3


def test_the_limit_of_costs(server: ChatServer) -> None:
    """A million tokens in at 2 and 100,000 out at 10 are 2 + 1."""
    own = settings(server.url, price_in=2, price_out=10, max_cost=2.5)
    assert own.cost(1_000_000, 100_000) == pytest.approx(3.0)
    server.replies(says("?", tokens=(1_000_000, 100_000)))
    with pytest.raises(BudgetSpent, match=r"--max-cost 2\.5 is reached"):
        ask(own, QUESTION)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_an_error_that_repeats_the_key_is_not_told(
    server: ChatServer, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.replies(fails(status, f"wrong key {KEY[:12]}", code=KEY, **SOON))
    with pytest.raises(ChatError) as told:
        ask(settings(server.url), QUESTION)
    assert KEY[:8] not in str(told.value)
    assert KEY not in caplog.text
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def test_a_model_that_goes_by_the_key_is_not_recorded(server: ChatServer) -> None:
    reply = says('{"label": "joy"}')
    server.replies(Reply(200, {**reply.body, "model": f"made {KEY}"}))
    [answered], _ = ask(settings(server.url), QUESTION)
    assert KEY not in answered.model


def test_words_of_a_server_are_one_short_line() -> None:
    assert without_key("a\n b", KEY) == "a b"
    assert len(without_key("a" * 1000, KEY)) < 210
    assert "unlike" in without_key("unlike", "x" * 30)
    assert "abc" not in without_key("it is abc", "abc")


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MADE_KEY", raising=False)
    with pytest.raises(ChatError, match="MADE_KEY is not set"):
        read_key("MADE_KEY")
    monkeypatch.setenv("MADE_KEY", f" {KEY}\n")
    assert read_key("MADE_KEY") == KEY
    monkeypatch.setenv("MADE_KEY", f"{KEY}\nmore")
    with pytest.raises(ChatError) as told:
        read_key("MADE_KEY")
    assert KEY not in str(told.value)


@pytest.mark.parametrize(
    ("wrong", "says_so"),
    [
        ({"base_url": "api.example.org"}, "--base-url must be"),
        ({"base_url": "https://me:secret@example.org"}, "--base-url holds"),
        ({"base_url": "https://example.org/v1?key=secret"}, "--base-url holds"),
        ({"model": " "}, "--model is empty"),
        ({"concurrency": 0}, "--concurrency must be above 0"),
        ({"requests_per_minute": float("nan")}, "--requests-per-minute must be above 0"),
        ({"retries": -1}, "--retries must not be below 0"),
        ({"price_in": 1.0}, "--price-in and --price-out go together"),
        ({"max_cost": 1.0}, "--max-cost needs the prices"),
    ],
)
def test_settings_that_cannot_be(wrong: dict[str, object], says_so: str) -> None:
    with pytest.raises(ValueError, match=says_so) as told:
        replace(SETTINGS, **wrong)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "local", "encrypted"),
    [
        ("https://api.example.org/v1", False, True),
        ("http://127.0.0.1:8000/v1", True, False),
        ("http://[::1]:8000/v1", True, False),
        ("http://localhost/v1", True, False),
        ("http://10.0.0.5/v1", False, False),
        ("http://localhost.example.org/v1", False, False),
    ],
)
def test_where_texts_go(url: str, local: bool, encrypted: bool) -> None:
    own = replace(SETTINGS, base_url=url)
    assert (own.local, own.encrypted) == (local, encrypted)
