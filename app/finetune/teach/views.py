"""A teaching as HTML: the question, the sliders, the table's own labels, how far a learning is, and
what it gained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.finetune import words as finetune_words
from app.finetune.data import language_name
from app.finetune.outcome import changed_rows, label_counts, read_outcome, verdict
from app.finetune.run_views import distribution
from app.finetune.spec import TeachSpec
from app.finetune.teach import words
from app.finetune.teach.kind import (
    IMPORTED,
    UNCHANGED,
    Gain,
    PerClass,
    Result,
    Taught,
    Teaching,
    gains,
    read_result,
)
from app.finetune.teach.sitting import Asked, labels_in
from app.jobs import words as job_words
from app.jobs.history import box
from app.jobs.kind import Info
from app.models.requests import Refused
from app.page import say
from app.page.html import Html, bar, card, esc, failure, fine, label_mark, picture_data
from app.page.saving import Provenance, table_file
from app.page.tables import rows_of, table, wide_table

FIRST_TRY, BETTER = 20, 100
"""Labels: the goals of `words.GOALS`."""
PICTURE = 640  # pixels

ASK_ON_LOAD = """
const send = data => {
  const card = element.querySelector('.ask');
  if (!card || card.dataset.busy) return; // the next text is on its way
  card.dataset.busy = '1';
  trigger('click', {...data, row: card.dataset.row});
};
element.addEventListener('click', event => {
  const button = event.target.closest('[data-act]');
  if (button && !button.disabled) send({act: button.dataset.act, label: button.dataset.label});
});
const pressed = event => {
  if (!element.isConnected) return document.removeEventListener('keydown', pressed);
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  const typing = 'textarea, select, [contenteditable], input:not([type=range]):not([type=radio])';
  const theirs = digit ? typing : `${typing}, input, [role=tab]`; // which know arrows themselves
  if (event.target.closest(theirs)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const seen = element.getBoundingClientRect();
  if (!seen.height || seen.bottom < 0 || seen.top > innerHeight) return;
  const key = digit ? digit[1] : event.code;
  const button = element.querySelector(`[data-key="${key}"]`);
  if (!button) return;
  event.preventDefault();
  document.activeElement.blur(); // of a slider, which would take the arrows that come next
  button.click();
};
document.addEventListener('keydown', pressed);
"""
MIX_ON_LOAD = """
const boxes = () => [...element.querySelectorAll('input[type=range]')];
const show = set => {
  const panel = element.querySelector('.mix'), total = boxes().reduce((s, b) => s + +b.value, 0);
  panel.dataset.set = set ? 'yes' : 'no';
  for (const box of boxes()) {
    box.parentElement.querySelector('output').textContent = set ? box.value : '–';
    element.querySelector(`.stack [data-class="${box.name}"]`).style.width = `${box.value}%`;
  }
  const none = boxes().some(b => +b.value === 0);
  const {unset, full, left} = panel.dataset;
  panel.querySelector('.left').textContent =
    !set ? unset : total >= 100 || !none ? full : left.replace('{left}', 100 - total);
};
let waiting = 0;
const tell = set => {
  show(set);
  clearTimeout(waiting);
  const mix = set ? Object.fromEntries(boxes().map(b => [b.name, +b.value])) : null;
  waiting = setTimeout(() => trigger('click', {mix}), 50);
};
element.addEventListener('input', event => {
  const moved = event.target, others = boxes().filter(b => b !== moved);
  let over = boxes().reduce((s, b) => s + +b.value, 0) - 100;
  while (over > 0) { // what is too much is taken from the others, each by its share
    const sum = others.reduce((s, b) => s + +b.value, 0), most = over;
    for (const box of others) {
      const less = Math.min(+box.value, over, Math.ceil(most * box.value / sum));
      box.value = +box.value - less;
      over -= less;
    }
  }
  tell(boxes().some(b => +b.value > 0));
});
element.addEventListener('click', event => {
  const button = event.target.closest('[data-mix]');
  if (!button) return;
  const mix = JSON.parse(button.dataset.mix);
  for (const box of boxes()) box.value = mix ? mix[box.name] : 0;
  tell(mix !== null);
});
"""
OWN_ON_LOAD = """element.addEventListener('click', event => {
  if (!event.target.closest('[data-act=take]')) return;
  const chosen = [...element.querySelectorAll('select')].map(s => [s.name, s.value]);
  trigger('click', {meant: Object.fromEntries(chosen)});
});"""


def ways() -> dict[str, str]:
    """What each way is, in one line, and what it gained in our tests where that was measured; the
    one that helps most first."""
    found = gains()
    known = (name for name in words.GAINS if name in found)
    told = [words.GAINS[name].format(gain=_signed(found[name])) for name in known]
    teaching = words.GAINED.format(gains=", ".join(told)) if told else ""
    rethinking = ""
    if (gain := found.get("rethinking")) is not None:
        rethinking = words.GAINED_RETHINKING.format(gain=_signed(gain))
    return {
        words.TAB: f"{words.WAY} {teaching}".strip(),
        finetune_words.RETHINK_TAB: f"{finetune_words.RETHINK_WAY} {rethinking}".strip(),
    }


def rest_info() -> str:
    """What the other texts are good for, and what they gained where that was measured."""
    gain = gains().get("rest")
    gained = "" if gain is None else words.REST_GAINED.format(gain=_signed(gain))
    return words.REST_INFO.format(gained=gained).strip()


def head(live: Teaching) -> Html:
    """State, how far it is, and what went wrong."""
    items = "".join(f'<li dir="auto">{esc(w)}</li>' for w in live.sums.warnings)
    body = Html(f'<ul class="warnings">{items}</ul>' if items else "")
    share, said = _how_far(live.sums) if live.active else (1.0, [about(live.info)])
    return box(live, words.JOB, share, said, body)


def _how_far(sums: Taught) -> tuple[float, list[str]]:
    if sums.stage in words.STAGES:
        counted = f": {say.count(sums.done)} / {say.count(sums.total)}" if sums.total else ""
        said = [f"{words.STAGES[sums.stage]}{counted}"]
        if sums.remaining is not None:
            said.append(job_words.REMAINING.format(time=say.duration(sums.remaining)))
        return sums.done / max(1, sums.total), said
    if sums.steps:
        told = words.TRYING.format(done=sums.tried, total=sums.steps)
        return sums.tried / sums.steps, [told]
    return 0.0, [words.STARTING]


def about(info: Info[TeachSpec]) -> str:
    """Its line in the list."""
    return words.HISTORY_ROW.format(
        language=language_name(info.spec.language),
        rows=say.rows(info.spec.rows),
        labels=_labelled(labels_in(info.folder)),
        date=info.when,
    )


def _labelled(count: int) -> str:
    return words.labelled(count)


def question(asked: Asked) -> Html:
    """One text, large, and a button a class; how far the labels go."""
    q, row = asked.question, asked.row
    undo = _button("undo", words.UNDO, "ArrowLeft", "←", disabled=asked.spoken == 0)
    if q is None or row is None:
        body = f'<p class="asked-all">{esc(words.ALL_ASKED)}</p><div class="else">{undo}</div>'
    else:
        answers = "".join(
            _button("label", say.class_name(name), str(key), str(key), label=name)
            for key, name in enumerate(asked.classes, start=1)
        )
        others = (
            _button("none", words.NONE_OF_THESE, "0", "0")
            + _button("skip", words.SKIP, "ArrowRight", "→")
            + undo
        )
        text = row.text or words.PICTURE_ONLY
        long = " long" if len(text) > 280 else ""
        body = (
            f'<div class="asked"><blockquote class="{long}" data-aloud="each" dir="auto"'
            f' tabindex="0" lang="{esc(row.language or "")}">{esc(text)}</blockquote>'
            f"{_picture(row.image)}</div>"
            f'<div class="choices" role="group" aria-label="{esc(words.ASK)}">{answers}</div>'
            f'<div class="else">{others}</div>'
            f'<p class="fine">{esc(words.BECAUSE[q.because])} '
            f"{esc(words.KEYS.format(last=len(asked.classes)))}</p>"
        )
    shown = Html(f"{_progress(asked.labels)}{body}{fine(words.ANSWERED)}")
    attributes = f'data-row="{esc(q.id if q else "")}" '
    return card(shown, kind="ask", title=words.ASK, attributes=attributes)


def _picture(path: Path | None) -> Html:
    from lfdrt.data.images import ImageError, read_image

    if path is None:
        return Html("")
    try:
        image = read_image(path, name=path.name)
    except ImageError as error:
        return fine(str(error))
    image.thumbnail((PICTURE, PICTURE))
    return Html(f'<img alt="{esc(words.PICTURE)}" src="{picture_data(image)}">')


def _button(
    act: str, said: str, key: str, shown: str, *, label: str = "", disabled: bool = False
) -> Html:
    """key: as ASK_ON_LOAD calls it; shown: on the button."""
    off = " disabled" if disabled else ""
    return Html(
        f'<button type="button" data-act="{act}" data-label="{esc(label)}" data-key="{key}"'
        f' data-class="{esc(label)}"{off}><kbd aria-hidden="true">{shown}</kbd>{esc(said)}</button>'
    )


def _progress(labels: int) -> Html:
    """A strip to a hundred, with a mark at a first try."""
    goal = next((said.format(left=g - labels) for g, said in words.GOALS if labels < g), "")
    said = f"{_labelled(labels)} · {goal or words.ENOUGH}"
    return Html(
        f'<div class="strip-of-labels"><p data-aloud="state">{esc(said)}</p>'
        f"{bar(labels / BETTER, 'wide')}"
        f'<span class="marks" aria-hidden="true"><i style="left:{100 * FIRST_TRY / BETTER:.0f}%">'
        f"{esc(words.FIRST_TRY)}</i><i>{esc(words.BETTER)}</i></span></div>"
    )


def mix(
    classes: Sequence[str], told: Mapping[str, float] | None, estimate: Mapping[str, float]
) -> Html:
    """Linked sliders, and the bar that they fill. told: of a hundred; None: nothing. estimate:
    shares."""
    whole = _hundred(estimate)
    sliders = "".join(
        f'<label data-class="{esc(name)}"><span class="name"><i class="dot" aria-hidden="true"></i>'
        f"{esc(say.class_name(name))}</span>"
        f'<input type="range" name="{esc(name)}" min="0" max="100" step="1"'
        f' value="{(told or {}).get(name, 0):g}"><output>'
        f"{f'{told.get(name, 0):g}' if told else '–'}</output>"
        f"<small>{esc(words.MIX_GUESS.format(share=whole[name]))}</small></label>"
        for name in classes
    )
    stack = "".join(
        f'<i data-class="{esc(name)}" style="width:{(told or {}).get(name, 0):g}%"></i>'
        for name in classes
    )
    left = 100 - sum((told or {}).values())
    if not told:
        said = words.MIX_NOT_SET
    else:
        said = words.MIX_LEFT.format(left=f"{left:g}") if left >= 1 else words.MIX_FULL
    body = (
        f'<div class="mix" data-set="{"yes" if told else "no"}"'
        f' data-unset="{esc(words.MIX_NOT_SET)}" data-left="{esc(words.MIX_LEFT)}"'
        f' data-full="{esc(words.MIX_FULL)}">'
        f'<div class="stack" aria-hidden="true">{stack}</div>'
        f'<p class="left fine" role="status">{esc(said)}</p>'
        f'<div class="sliders">{sliders}</div><div class="else">'
        f'<button type="button" data-mix="null">{esc(words.MIX_UNKNOWN)}</button>'
        f'<button type="button" data-mix="{esc(json.dumps(whole))}">'
        f"{esc(words.MIX_ESTIMATE)}</button>"
        f"</div>{fine(words.MIX_GUESS_NOTE)}</div>"
    )
    return card(Html(body), kind="mixing", title=words.MIX, lead=words.MIX_LEAD)


def _hundred(shares: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers that add up to a hundred: the largest remainders get what is left."""
    whole = {name: int(100 * share) for name, share in shares.items()}
    by_rest = sorted(shares, key=lambda name: whole[name] - 100 * shares[name])
    for name in by_rest[: 100 - sum(whole.values())]:
        whole[name] += 1
    return whole


def says(now: Mapping[str, int], with_mix: Mapping[str, int] | None) -> Html:
    """What the model says of the texts, without and with the mix."""
    columns = {words.AS_IT_IS: now} | ({words.WITH_MIX: with_mix} if with_mix else {})
    return card(distribution(columns), kind="pseudo says", title=words.NOW)


def own(column: str, counts: Mapping[str, int], meant: Mapping[str, str | None],
        classes: Sequence[str]) -> Html:  # fmt: skip
    """The labels of the table itself, each with what it seems to mean."""
    rows = rows_of(
        (
            Html(f'<bdi dir="auto">{esc(value)}</bdi>'),
            say.count(count),
            Html(
                f'<select name="{esc(value)}" aria-label="{esc(value)} {esc(words.OWN_MEANS)}">'
                f'<option value="">{esc(words.OWN_NOTHING)}</option>'
                + "".join(
                    f'<option value="{esc(name)}"{" selected" if meant[value] == name else ""}>'
                    f"{esc(say.class_name(name))}</option>"
                    for name in classes
                )
                + "</select>"
            ),
        )
        for value, count in counts.items()
    )
    columns = (words.OWN_VALUE, words.OWN_ROWS, words.OWN_MEANS)
    shown = wide_table("meaning", columns, rows, words.OWN.format(column=column))
    button = f'<button type="button" data-act="take">{esc(words.OWN_TAKE)}</button>'
    body = shown + Html(f'<div class="else">{button}</div>')
    title = words.OWN.format(column=column)
    return card(body, kind="own-labels", title=title, lead=words.OWN_LEAD)


def outcome(live: Teaching, p: Provenance) -> Html:
    """What the last learning came to; "" where there was none."""
    info = live.info
    try:
        found = read_result(info.folder)
        if live.active or found is None:
            return Html("")
        rows = read_outcome(info.folder, info.name, info.reason)
    except Refused as refused:
        return failure(str(refused))
    note = words.BROUGHT_IN if info.reason == IMPORTED else ""
    shown = verdict(
        "helped" if found.kept else "same", words.TITLES[_title(found)], _in_words(found), note
    )
    shown += _per_class(found.per_class, p)
    return shown + label_counts(rows, p) + changed_rows(rows, p)


def _title(r: Result) -> str:
    if not r.kept:
        return UNCHANGED
    if r.gain is None:
        return "told"
    return "helped" if r.gain.low > 0 else "likely"


def _in_words(r: Result) -> str:
    if r.gain is None:
        return r.verdict
    g = r.gain
    said = words.SCORE.format(measure=words.MEASURES[r.aim], rows=g.rows, **_both(g))
    interval = (_signed(value) for value in (g.gain, g.low, g.high))
    said += " " + words.INTERVAL.format(**dict(zip(("gain", "low", "high"), interval, strict=True)))
    if r.honest is not None:
        said += " " + words.HONEST.format(rows=r.honest.rows, **_both(r.honest))
    return f"{said} {words.MEASURED}"


def _both(g: Gain) -> dict[str, str]:
    return {"before": say.number(g.before), "after": say.number(g.after)}


def _per_class(found: Sequence[PerClass], p: Provenance) -> Html:
    if not found:
        return Html("")
    rows = rows_of(
        (label_mark(one.name), say.count(one.rows), _points(one.before), _points(one.after))
        for one in found
    )
    full = [(one.name, one.rows, one.before, one.after) for one in found]
    files = table_file(p.saved("classes", words.PER_CLASS), [words.CLASS_COLUMNS, *full])
    shown = table("numbers", words.CLASS_COLUMNS, rows)
    return card(shown + files, kind="classes", title=words.PER_CLASS)


def _points(value: float | None) -> str:
    return "–" if value is None else say.number(value)


def _signed(points: float) -> str:
    return say.points(points / 100)
