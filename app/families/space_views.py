"""How far apart a checkpoint's families are, and whether a translation finds its original: charts
with their tables, from a recording of families."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.families import plots, words
from app.families.part import family, language, part, saved
from app.page import say
from app.page.bars import Series, bars
from app.page.html import Html
from app.page.saving import Saved

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lfdrt.evaluation.recordings.families import FamiliesRecording


def distances_chart(r: FamiliesRecording, kind: str) -> go.Figure:
    names = [family(name) for name in r.distances.readings]
    values = 100 * np.array(getattr(r.distances, kind), float)
    return plots.matrix(values, rows=names, columns=names, digits=1)


def distances(r: FamiliesRecording, kind: str) -> Html:
    d = r.distances
    of = words.DISTANCES_OF.format(tokens=d.tokens, texts=d.texts, about=d.about)
    names = [family(name) for name in d.readings]
    rows = [
        (name, *(100 * v for v in line)) for name, line in zip(names, getattr(d, kind), strict=True)
    ]
    return part(_apart(r, kind), (words.FAMILY, *names), rows, plot="fam-distances", lead=of)


def _apart(r: FamiliesRecording, kind: str) -> Saved:
    title = f"{words.DISTANCES}: {words.DISTANCE_KINDS[kind]}, %"
    data = say.DATA.format(data=r.distances.about)
    return saved(r, f"distances-{kind}", title, data)


def retrieval_chart(r: FamiliesRecording) -> go.Figure:
    names = [language(one.language) for one in r.retrieval]
    series = [
        Series(name=name, values=[100 * getattr(one, field) for one in r.retrieval], look=i)
        for i, (field, name) in enumerate((("before", words.BEFORE), ("after", words.AFTER)))
    ]
    figure = bars(names, series, title="", x_title="%")
    figure.update_layout(margin_t=10, height=figure.layout.height - 46)
    return figure


def retrieval(r: FamiliesRecording) -> Html:
    head = (words.LANGUAGE, words.FAMILY, words.BEFORE, words.AFTER, words.PAIRS)
    rows = [
        (language(one.language), family(one.family), 100 * one.before, 100 * one.after, one.pairs)
        for one in r.retrieval
    ]
    return part(_found(r), head, rows, plot="fam-retrieval")


def _found(r: FamiliesRecording) -> Saved:
    held = words.RETRIEVAL_DATA.format(languages=len(r.retrieval))
    return saved(r, "retrieval", words.RETRIEVAL, say.DATA.format(data=held))
