"""Languages without a family of their own, and languages left out of training: what was measured,
the answer first. Read from assets/benchmarks/affinity.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.families import affinity_words as words
from app.families.views import family, language
from app.models.requests import digest
from app.page import saving, say
from app.page.html import Html, card, esc, failure, folded
from app.page.saving import Rows, Saved, table_file
from app.page.tables import rows_of, wide_table
from app.places import ASSETS, DEFAULT_CHECKPOINT

FOLDER = ASSETS / "benchmarks" / "affinity"
STUDY, LEFT_OUT = "affinity.json", "leave-out.json"


def studies(folder: Path = FOLDER) -> Html:
    """Both studies, each where it was recorded."""
    return Html("".join(_shown(folder)))


def _shown(folder: Path) -> Iterator[Html]:
    for name, make in ((STUDY, without_family), (LEFT_OUT, left_out)):
        path = folder / name
        if not path.is_file():
            continue
        try:
            yield make(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            yield Html(failure(words.DAMAGED.format(name=name)))


def without_family(r: Mapping[str, Any]) -> Html:
    groups: Mapping[str, Any] = r["groups"]
    apart = {name: group["agreed_minus_none"]["mix"] for name, group in groups.items()}
    if all(one["interval"][0] > 0 for one in apart.values()):
        title, kind = words.MIX_HELPS, "helped"
    elif any(one["interval"][1] < 0 for one in apart.values()):
        title, kind = words.MIX_HURTS, "hurt"
    else:
        title, kind = words.MIX_OPEN, "unknown"
    differences = "; ".join(
        words.GROUP_SAID.format(
            **_points(apart[name]), group=_group(name, group), sentences=group["sentences"]
        )
        for name, group in groups.items()
    )
    nats = "; ".join(
        words.GROUP_SAID.format(
            **_nats(group["kl_minus_none"]["mix"]),
            group=_group(name, group),
            sentences=group["sentences"],
        )
        for name, group in groups.items()
    )
    said = words.SAID.format(differences=differences, nats=nats, default=words.DEFAULT_NONE)
    said = _other_weights(r) + said
    unseen = groups.get(words.UNSEEN)
    if unseen is not None and unseen["rank"] is not None:
        low, high = unseen["rank_interval"]
        said += " " + words.WORDS_SAID.format(
            ranked=unseen["ranked"],
            rank=say.number(unseen["rank"]),
            heads=len(r["families"]),
            low=say.number(low),
            high=say.number(high),
            chance=say.number(unseen["chance_rank"]),
            script=say.number(unseen["script_rank"]),
        )
    table = [words.AGREED_COLUMNS, *(_agreed(name, group) for name, group in groups.items())]
    rows = [words.LANGUAGE_COLUMNS, *(_language(one) for one in r["languages"])]
    body = Html(f'<p class="truth">{esc(title)}</p><p>{esc(said)}</p>')
    body += _table(table, words.AGREED_TITLE, _saved(r, "without-family", words.TITLE))
    body += folded(
        words.LANGUAGES_TITLE,
        _table(rows, words.LANGUAGES_TITLE, _saved(r, "affinity", words.LANGUAGES_TITLE)),
    )
    return card(body, kind=f"family-part {kind}", title=words.TITLE, lead=words.LEAD)


def left_out(r: Mapping[str, Any]) -> Html:
    from lfdrt.training.families.settings import leaving_out

    rows: list[Mapping[str, Any]] = r["languages"]
    helped = sum(one["own_minus_others_gain"]["interval"][0] > 0 for one in rows)
    told = [one["agreed_minus_none"]["own"]["interval"] for one in rows]
    apart = sum(low > 0 or high < 0 for low, high in told)
    said = words.LEFT_WORDS.format(helped=helped, all=len(rows))
    said += " " + words.LEFT_READ.format(apart=apart, all=len(rows))
    start = r["start"]
    about = _other_weights(r) + words.LEFT_RUN.format(
        start=start["checkpoint"],
        sha=start["weights_sha256"][: saving.DIGITS],
        steps=r["steps"],
        all=leaving_out(()).steps,
    )
    lines: list[tuple[str, ...]] = [words.LEFT_COLUMNS]
    for one in rows:
        gain = one["own_minus_others_gain"]
        low, high = gain["interval"]
        lines.append((
            language(one["language"]),
            family(one["family"]),
            str(one["rank"]),
            "{} [{}, {}]".format(
                *(say.number(v, 2, signed=True) for v in (gain["difference"], low, high))
            ),
            say.percent(one["agreed"]["none"]),
            *(_difference(one["agreed_minus_none"][name]) for name in ("own", "others", "mix")),
        ))  # fmt: skip
    body = Html(f'<p class="truth">{esc(said)}</p><p>{esc(about)}</p>')
    body += _table(lines, words.LEFT_TITLE, _saved(r, "left-out", words.LEFT_TITLE))
    return card(body, kind="family-part", title=words.LEFT_TITLE, lead=words.LEFT_LEAD)


def _other_weights(r: Mapping[str, Any]) -> str:
    """A sentence, "" where they are the bundled ones."""
    if r["weights_sha256"] == digest(DEFAULT_CHECKPOINT):
        return ""
    return words.OTHER_WEIGHTS.format(sha=r["weights_sha256"][: saving.DIGITS]) + " "


def _nats(one: Mapping[str, Any]) -> dict[str, str]:
    low, high = one["interval"]
    return {"value": f"{one['difference']:+.3f}", "low": f"{low:+.3f}", "high": f"{high:+.3f}"}


def _table(rows: Rows, title: str, saved: Saved) -> Html:
    head, *lines = rows
    return wide_table("numbers", head, rows_of(lines), title) + table_file(saved, rows)


def _saved(r: Mapping[str, Any], name: str, title: str) -> Saved:
    data = words.DATA.format(name=r["checkpoint"], sha=r["weights_sha256"][: saving.DIGITS])
    return Saved(name=f"lfdrt-{name}", title=title, source=saving.cite_program(data))


def _group(name: str, group: Mapping[str, Any]) -> str:
    return words.GROUPS[name].format(languages=group["languages"])


def _agreed(name: str, group: Mapping[str, Any]) -> tuple[str, ...]:
    shares = [say.percent(group["agreed"][reading], 1) for reading in words.READINGS]
    apart = [_difference(group["agreed_minus_none"][reading]) for reading in ("mix", "own")]
    return (_group(name, group), *shares, *apart)


def _language(one: Mapping[str, Any]) -> tuple[str | int, ...]:
    largest = max(one["shares"].items(), key=lambda pair: pair[1])
    return (
        language(one["language"]),
        family(one["family"]),
        one["group"],
        one["sentences"],
        _or_none(one["rank"], "d"),
        _or_none(one["script_rank"], ".1f"),
        family(one["first"]),
        f"{say.percent(largest[1])} {family(largest[0])}",
        *(_share(one["agreed"][reading]) for reading in ("none", "mix", "own")),
    )


def _share(value: float | None) -> str:
    return "–" if value is None else say.percent(value)


def _or_none(value: float | None, how: str) -> str:
    return "–" if value is None else format(value, how)


def _points(one: Mapping[str, Any]) -> dict[str, str]:
    low, high = one["interval"]
    return {
        "value": say.points(one["difference"]),
        "low": say.points(low),
        "high": say.points(high),
    }


def _difference(one: Mapping[str, Any]) -> str:
    return "{value} [{low}, {high}]".format(**_points(one))
