"""Jobs as HTML, of whichever kind: the head of one, and a list of all with their buttons."""

from __future__ import annotations

from collections.abc import Sequence

from app.page.html import Html, card, esc

ON_LOAD = """element.addEventListener('click', event => {
  const button = event.target.closest('[data-run]');
  if (!button) return;
  if (button.dataset.sure && button.textContent !== button.dataset.sure) {
    button.textContent = button.dataset.sure;
    return;
  }
  trigger('click', {run: button.dataset.run, act: button.dataset.act});
});"""
"""gr.HTML's hook. The first click on a button that asks, asks; the second acts."""


def head(name: str, state: str, said: str) -> Html:
    """state: a class name of page.css; said: its words."""
    return (
        f'<div class="run-head"><h3 dir="auto">{esc(name)}</h3>'
        f'<span class="state {esc(state)}" role="status"><i class="dot" aria-hidden="true"></i>'
        f"{esc(said)}</span></div>"
    )


def refused(sentence: str) -> Html:
    return card(f'<div role="alert"><p dir="auto">{esc(sentence)}</p></div>', kind="failure")


def history(title: str, empty: str, entries: Sequence[Html]) -> Html:
    """entries: of `entry`; the sentence `empty` where there are none."""
    body = f'<ul class="history">{"".join(entries)}</ul>' if entries else ""
    return card(body or f'<p class="fine">{esc(empty)}</p>', kind="history", title=title)


def entry(
    name: str, state: str, said: str, about: str, buttons: Sequence[Html], *, shown: bool
) -> Html:
    """shown: whether it is the one that stands above the list."""
    current = ' aria-current="true"' if shown else ""
    return (
        f'<li{current}><span class="state {esc(state)}"><i class="dot" aria-hidden="true"></i>'
        f'{esc(said)}</span><span class="what"><b dir="auto">{esc(name)}</b>'
        f"<small>{esc(about)}</small></span>{''.join(buttons)}</li>"
    )


def button(job: str, name: str, act: str, said: str, sure: str = "") -> Html:
    """job: its id. sure: what it asks before it acts."""
    asks = f' data-sure="{esc(sure)}"' if sure else ""
    return (
        f'<button type="button" data-run="{esc(job)}" data-act="{esc(act)}"{asks} '
        f'aria-label="{esc(f"{said}: {name}")}">{esc(said)}</button>'
    )
