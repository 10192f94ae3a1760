"""Which of a visitor's requests is answered: the one that the page sent last."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from app.page.wiring import ASKED, VISITORS, Newest


@dataclass
class Visit:
    session_hash: str
    headers: dict[str, str] = field(default_factory=dict)


def visit(session: str, place: object = None) -> Visit:
    return Visit(session, {} if place is None else {ASKED: str(place)})


def test_newest_is_each_visitors_own():
    newest = Newest()
    first, other = newest.begin(visit("a")), newest.begin(visit("b"))
    added = newest.now(visit("a"))
    assert first.live() and added() and other.live()
    second = newest.begin(visit("a"))
    assert not first.live() and not added() and second.live() and other.live()
    for n in range(VISITORS):
        newest.begin(visit(str(n)))
    assert not second.live(), "the longest gone are forgotten"


def test_the_place_in_which_the_page_sent_them_counts():
    newest = Newest()
    third = newest.begin(visit("a", 3))
    second = newest.begin(visit("a", 2))
    assert third.live() and not second.live()
    assert newest.begin(visit("a", 4)).live() and not third.live()


@pytest.mark.parametrize("made_up", ["", "soon", "nan", "-inf", "1e999"])
def test_what_is_no_place_counts_as_it_comes(made_up: str):
    newest = Newest()
    before = newest.begin(visit("a", 7))
    assert newest.begin(visit("a", made_up)).live() and not before.live()
    assert not newest.begin(visit("a", 6)).live()


def test_an_answer_waits_until_what_an_older_one_told_is_sent():
    newest = Newest()
    old = newest.begin(visit("a"))
    sending = old.telling()
    assert sending.__enter__()
    new, told = newest.begin(visit("a")), threading.Event()

    def tell() -> None:
        with new.telling() as live:
            assert live
            told.set()

    teller = threading.Thread(target=tell)
    teller.start()
    assert not told.wait(0.2)
    with newest.begin(visit("b")).telling() as live:
        assert live, "nobody waits for another visitor's"
    sending.__exit__(None, None, None)
    assert told.wait(60)
    teller.join(60)
    with old.telling() as live:
        assert not live
