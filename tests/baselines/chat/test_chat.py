"""Rows labelled by a chat endpoint: predictions, the cache, stopping, and how it is all counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lfdrt.baselines.chat.cache import AnswerCache
from lfdrt.baselines.chat.client import ASKS, BudgetSpent
from lfdrt.baselines.chat.predictor import ChatPredictor
from lfdrt.baselines.chat.settings import ChatError
from lfdrt.baselines.chat.tally import Outgoing, note, outgoing, tally
from lfdrt.data.records import LabelledText
from lfdrt.data.sources.sample import read_sample
from lfdrt.evaluation.recordings.recorder import SetRows
from lfdrt.evaluation.recordings.recording import INPUTS
from lfdrt.labels import EKMAN7
from tests.baselines.chat.made import KEY, settings
from tests.baselines.chat.server import ChatServer, chat_server, fails, says, text_of

TEXT, IMAGE, BOTH = INPUTS
JOY, ANGER = EKMAN7.index("joy"), EKMAN7.index("anger")


def one_set(*texts: str, label: str = "joy", excluded: tuple[str, ...] = ()) -> SetRows:
    rows = [
        LabelledText(
            id=f"{i}", text=text, label=label, language="tr", source="made", split="dev"
        )
        for i, text in enumerate(texts)
    ]  # fmt: skip
    return SetRows(rows=rows, read_through=None, excluded=excluded)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as one:
        yield one


Opens = Callable[..., Any]


@pytest.fixture
def predictor(server: ChatServer, tmp_path: Path) -> Opens:
    """Opens one on the test's cache, with other settings where they are given."""

    @contextmanager
    def opened(
        inputs: str = TEXT, probabilities: bool = False, **others: object
    ) -> Iterator[ChatPredictor]:
        own = settings(server.url, **others)
        told = {"label_set": EKMAN7, "inputs": inputs, "probabilities": probabilities}
        with (
            AnswerCache(tmp_path / "answers.jsonl") as cache,
            ChatPredictor(own, KEY, cache, **told) as one,
        ):
            yield one

    return opened


def test_a_label_has_all_of_the_probability(server: ChatServer, predictor: Opens) -> None:
    server.reply = lambda body: says('{"label": "anger"}' if "2" in text_of(body) else "joy")
    with predictor() as one:
        found = one.predict(one_set("row 1", "row 2"))
    assert found.predicted.tolist() == [JOY, ANGER]
    assert found.p_1[1].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert found.p_2.tolist() == found.p_1.tolist()
    assert (found.ids, found.read_through) == (("0", "1"), None)


def test_stated_probabilities_are_used(server: ChatServer, predictor: Opens) -> None:
    shares = ", ".join(f'"{name}": {0.7 if name == "joy" else 0.05}' for name in EKMAN7.labels)
    server.replies(says(f'{{"label": "joy", "probabilities": {{{shares}}}}}'))
    with predictor(probabilities=True) as one:
        found = one.predict(one_set("a"))
        assert tally(list(one.rows([one_set("a")]))).stated == 1
    assert found.p_1[0, JOY] == pytest.approx(0.7)
    assert found.p_1.sum() == pytest.approx(1)
    assert "probabilities" in str(server.asked[0]["response_format"])


def test_a_class_that_a_set_lacks_is_no_choice(server: ChatServer, predictor: Opens) -> None:
    server.replies(says(None, refusal="I cannot."))
    made = one_set("a", excluded=("anger", "neutral"))
    with predictor() as one:
        found = one.predict(made)
        assert tally(list(one.rows([made]))).counted_as == {"disgust": 1}
    assert "anger" not in str(server.asked[0])
    assert found.p_1[0].tolist() == pytest.approx([0, 0.2, 0.2, 0.2, 0, 0.2, 0.2])
    assert found.names(found.predicted) == ["disgust"]


@pytest.mark.parametrize(
    ("inputs", "parts"), [(TEXT, None), (IMAGE, ["image_url"]), (BOTH, ["text", "image_url"])]
)
def test_our_own_samples_go_with_their_faces(
    server: ChatServer, predictor: Opens, inputs: str, parts: list[str] | None
) -> None:
    sample = SetRows(rows=read_sample("tr")[:1], read_through=None, excluded=())
    with predictor(inputs) as one:
        sent = outgoing(one.rows([sample]))
        one.predict(sample)
    content = server.asked[0]["messages"][1]["content"]
    assert parts is None or [part["type"] for part in content] == parts
    letters = 0 if inputs == IMAGE else len(sample.rows[0].text)
    assert sent == Outgoing(questions=1, letters=letters, pictures=int(inputs != TEXT))
    if inputs != IMAGE:
        assert sample.rows[0].text in str(content)


def test_the_same_text_is_asked_once_and_never_again(server: ChatServer, predictor: Opens) -> None:
    rows = one_set("same", "same", "other")
    with predictor() as one:
        assert outgoing(one.rows([rows])).questions == 2
        first = one.predict(rows)
    assert len(server.asked) == 2
    with predictor(key_variable="OTHER", concurrency=1) as one:
        assert outgoing(one.rows([rows])).questions == 0
        again = one.predict(rows)
        assert one.usage.requests == 0
    assert again.p_1.tolist() == first.p_1.tolist()
    assert len(server.asked) == 2


def test_after_a_failure_what_was_answered_is_kept(server: ChatServer, predictor: Opens) -> None:
    """Six rows, two at once: the third one fails while the fourth, if it was begun, still waits."""
    rows, slow = one_set(*"abcdef"), replace(says("joy"), delay=0.3)
    replies = {"a": says("joy"), "b": says("joy"), "c": fails(401), "d": slow}
    server.reply = lambda body: replies[text_of(body)[-1]]
    with predictor() as one, pytest.raises(ChatError, match="refuses the key"):
        one.predict(rows)
    sent = {text_of(body)[-1] for body in server.asked}
    assert {"a", "b", "c"} <= sent <= {"a", "b", "c", "d"}
    server.asked.clear()
    server.replies(says("joy"))
    with predictor() as one:
        assert one.predict(rows).predicted.tolist() == [JOY] * 6
    assert {text_of(body)[-1] for body in server.asked} == set("abcdef") - (sent - {"c"})


def test_the_limit_is_gone_on_from(server: ChatServer, predictor: Opens) -> None:
    rows = one_set(*"abcde")
    with predictor(max_requests=2) as one, pytest.raises(BudgetSpent):
        one.predict(rows)
    with predictor(max_requests=3) as one:
        assert len(one.predict(rows)) == 5
    assert len(server.asked) == 5


def test_no_more_than_the_allowed_number_are_under_way(
    server: ChatServer, predictor: Opens
) -> None:
    server.replies(replace(says("joy"), delay=0.1))
    with predictor(concurrency=3) as one:
        one.predict(one_set(*map(str, range(6))))
    assert server.most == 3


def test_rows_without_an_answer_are_counted_and_told(server: ChatServer, predictor: Opens) -> None:
    """Uniform probabilities count as the first class, anger: right for the one row of anger."""
    replies = {"r": says(None, refusal="No."), "u": says("?"), "j": says("joy", tokens=None)}
    server.reply = lambda body: replies[text_of(body)[-1]]
    sets = [one_set("r", "u", "j"), replace(one_set("u", label="anger"))]
    with predictor() as one:
        before = tally(list(one.rows(sets)))
        found = [one.predict(rows) for rows in sets]
        after = tally(list(one.rows(sets)))
    assert (before.open, after.open) == (4, 0)
    assert [f.correct.tolist() for f in found] == [[False, False, True], [True]]
    assert (after.refused, after.unusable, after.counted_as, after.right) == (
        1,
        2,
        {"anger": 3},
        1,
    )
    assert (after.tokens_in, after.tokens_out) == (2 * ASKS * 10, 2 * ASKS * 2)
    assert after.uncounted == 1
    told = note(after)
    assert "1 of 4 rows have 1 on the label" in told
    assert "3 rows have no answer (1 refused, 2 unusable)" in told
    assert "the first class, anger (3), which is the label of 1" in told
    assert "lost with the cache" not in told
    assert "How 4 rows were answered is lost" in note(before)


def test_what_the_server_lacks_is_told(server: ChatServer, predictor: Opens) -> None:
    server.reply = lambda body: (
        fails(400, "no temperature here") if "temperature" in body else says("joy")
    )
    with predictor() as one:
        one.predict(one_set("a"))
        told = note(tally(list(one.rows([one_set("a")]))))
    assert told.startswith("The server calls the model made-2026-11-25. It takes no temperature")
