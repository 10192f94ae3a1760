"""The calls themselves: what was sent, asked of the models, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from app.api import asked, english
from app.api.pace import Pace
from app.models.requests import Refused, Request
from app.models.service import Model, Service
from app.models.shelf import BASE

VIEWS = ("tokens", "unknown_share", "families", "sharpness", "grid")
"""Of a prediction's plain values those that are for the page's panels."""
P = ParamSpec("P")
T = TypeVar("T")


def build(service: Service, pace: Pace | None = None) -> None:
    """Part of the page that is being built. pace: where strangers use it."""

    @_told
    def v1_predict(
        text: str = "", language: str = "", family: str = "own", image: str = "", model: str = ""
    ) -> dict:
        request = asked.request(text=text, language=language, family=family, image=image)
        return _one(_model(service, model, pace, 1), request)

    @_told
    def v1_predict_table(
        rows: list, language: str = "", family: str = "own", model: str = ""
    ) -> list:
        requests = asked.rows(rows, language, family)
        return _many(_model(service, model, pace, len(requests)), requests)

    table = english.TABLE.format(rows=asked.ROWS)
    gr.api(v1_predict, api_name="v1_predict", api_description=english.PREDICT, concurrency_limit=2)
    gr.api(
        v1_predict_table, api_name="v1_predict_table", api_description=table, concurrency_limit=1
    )


def _told(call: Callable[P, T]) -> Callable[P, T]:
    """With a refusal as what a client is told."""

    @wraps(call)
    def telling(*given: P.args, **named: P.kwargs) -> T:
        try:
            return call(*given, **named)
        except Refused as error:
            raise gr.Error(str(error), print_exception=False) from error

    return telling


def _model(service: Service, name: Any, pace: Pace | None, rows: int) -> Model:
    """A bundled one by its name: the tuned ones are their visitors'. rows: that it will be asked.
    Refused."""
    bundled = {choice.name: choice.key for choice in service.choices()}
    key = bundled.get(str(name)) if name else BASE
    if key is None:
        raise Refused(english.NO_MODEL.format(name=name, known=", ".join(bundled)))
    if pace is not None:
        pace.take(rows)
    return service.open(key)


def _one(model: Model, request: Request) -> dict[str, Any]:
    (found,) = model.rows([request])
    if isinstance(found, Refused):
        raise found
    told = {k: v for k, v in found.as_dict(()).items() if k not in VIEWS}
    loaded = model.loaded
    assert loaded is not None  # it has just answered
    return told | {"model": loaded.weights.name, "weights_sha256": loaded.weights.sha256}


def _many(model: Model, requests: Sequence[Request]) -> list[dict[str, Any]]:
    """One object a row; of one that cannot be read, its note says why."""
    from lfdrt.data.columns import added_columns

    found = model.rows(requests)
    loaded = model.loaded
    assert loaded is not None
    nothing = dict.fromkeys(added_columns(loaded.labels))
    return [
        nothing | {"note": english.UNREAD.format(why=one)}
        if isinstance(one, Refused)
        else one.as_row()
        for one in found
    ]
