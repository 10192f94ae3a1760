"""The page that tells other programs how to ask, and the same as OpenAPI. Both are made of what the
running page offers, ask no other host for anything, and run no script. Behind a password they are
as the page is: it leads to the form, and a program is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

import lfdrt
from app.api import asked, english
from app.page.guard import signed_in
from app.page.html import Html, esc

PAGE, SCHEMA = "/api", "/api/openapi.json"
CALL, RESULT = "/gradio_api/call/v2{name}", "/gradio_api/call{name}/{{event_id}}"
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, "Noto Sans", sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
pre, .scroll { overflow-x: auto; }
pre { padding: .75rem 1rem; border: 1px solid GrayText; border-radius: .5rem; }
table { border-collapse: collapse; }
th, td { text-align: start; vertical-align: top; padding: .3rem 1rem .3rem 0; }
"""
PYTHON = """from gradio_client import Client

client = Client("{address}")
print(client.predict("Ninafurahi sana", language="sw", api_name="/v1_predict")["label"])
rows = ["Ninafurahi sana", {{"text": "Bugün çok mutluyum", "language": "tr"}}]
for row in client.predict(rows, api_name="/v1_predict_table"):
    print(row["label"], row["p_joy"])"""
CURL = """curl {address}gradio_api/call/v2/v1_predict -H "Content-Type: application/json" \\
    -d '{{"text": "Ninafurahi sana", "language": "sw"}}'
curl -N {address}gradio_api/call/v1_predict/EVENT_ID"""


def pages(page: gr.Blocks) -> list[Route]:
    """page: as it was built."""
    return [Route(PAGE, partial(_page, page)), Route(SCHEMA, partial(_schema, page))]


async def _page(page: gr.Blocks, request: Request) -> Response:
    if not signed_in(request):
        return RedirectResponse("./", status_code=303)
    return HTMLResponse(html(openapi(page), str(request.base_url)))


async def _schema(page: gr.Blocks, request: Request) -> Response:
    if not signed_in(request):
        return JSONResponse({"detail": english.PASSWORD}, status_code=401)
    return JSONResponse(openapi(page))


def openapi(page: gr.Blocks) -> dict[str, Any]:
    """Every public call of the page, as OpenAPI 3.1."""
    paths: dict[str, Any] = {}
    for name, call in page.get_api_info()["named_endpoints"].items():
        told = {one["parameter_name"]: _parameter(one) for one in call["parameters"]}
        needed = [n for n, one in told.items() if "default" not in one]
        body = {"type": "object", "properties": told, "additionalProperties": False}
        if needed:
            body["required"] = needed
        identity = name.strip("/")
        paths[CALL.format(name=name)] = {
            "post": {
                "operationId": identity,
                "summary": call["description"],
                "requestBody": {"required": True, "content": _json(body)},
                "responses": {"200": _answer("event_id", _json(EVENT_ID))},
            }
        }
        paths[RESULT.format(name=name)] = {
            "get": {
                "operationId": f"{identity}_result",
                "summary": english.RESULT,
                "parameters": [
                    {
                        "name": "event_id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string"},
                    }
                ],
                "responses": {
                    "200": _answer(
                        english.RETURNS[identity],
                        {"text/event-stream": {"schema": {"type": "string"}}},
                    )
                },
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": english.TITLE, "description": english.LEAD, "version": lfdrt.__version__},
        "paths": paths,
    }


EVENT_ID = {"type": "object", "properties": {"event_id": {"type": "string"}}}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _answer(description: str, content: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": content}


def means(parameter: str) -> str:
    """With its limit, where it has one."""
    from lfdrt.data.images import MAX_BYTES

    return english.PARAMETERS[parameter].format(
        letters=asked.LETTERS, megabytes=MAX_BYTES / 1e6, rows=asked.ROWS
    )


def _parameter(one: Mapping[str, Any]) -> dict[str, Any]:
    told = {**one["type"], "description": means(one["parameter_name"])}
    return told | ({"default": one["parameter_default"]} if one["parameter_has_default"] else {})


def html(document: Mapping[str, Any], address: str) -> str:
    """document: of `openapi`. address: of the app, as the reader reached it."""
    calls = [
        (
            path,
            call["post"],
            document["paths"][RESULT.format(name=f"/{call['post']['operationId']}")],
        )
        for path, call in document["paths"].items()
        if "post" in call
    ]
    title = esc(document["info"]["title"])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
        f"<p>{esc(document['info']['description'])}</p>"
        f"{''.join(_call(*one) for one in calls)}"
        f"<h2>{esc(english.PYTHON)}</h2><pre>{esc(PYTHON.format(address=address))}</pre>"
        f"<h2>{esc(english.ANYWHERE)}</h2><p>{esc(english.EVENTS)}</p>"
        f"<pre>{esc(CURL.format(address=address))}</pre>"
        f'<p><a href="{esc(SCHEMA.lstrip("/"))}">{esc(english.SCHEMA)}</a></p></main></body></html>'
    )


def _call(path: str, call: Mapping[str, Any], result: Mapping[str, Any]) -> Html:
    body = call["requestBody"]["content"]["application/json"]["schema"]["properties"]
    head = (english.NAME, english.TYPE, english.DEFAULT, english.MEANS)
    lines = [
        (name, one.get("type", ""), repr(one["default"]) if "default" in one else "–",
         one["description"])
        for name, one in body.items()
    ]  # fmt: skip
    cells = "".join(
        f"<tr>{''.join(f'<td>{esc(cell)}</td>' for cell in line)}</tr>" for line in lines
    )
    returned = result["get"]["responses"]["200"]["description"]
    return Html(
        f"<h2>/{esc(call['operationId'])}</h2><p>{esc(call['summary'])}</p>"
        f"<p><code>POST {esc(path)}</code></p>"
        f'<div class="scroll" tabindex="0"><table><thead><tr>'
        f"{''.join(f'<th>{esc(one)}</th>' for one in head)}</tr></thead>"
        f"<tbody>{cells}</tbody></table></div><p>{esc(english.RETURNED)}: {esc(returned)}.</p>"
    )
