"""The page for other programs, as it is served: all of it from here, without a script, for any
screen; and the same as OpenAPI."""

from __future__ import annotations

import re
from pathlib import Path

import gradio as gr
import pytest
from gradio import routes
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

import lfdrt
from app.api import asked, english
from app.api.calls import build
from app.api.page import PAGE, SCHEMA, means, openapi, pages
from app.models.service import Service
from tests.app.visiting import LEAVING, TELEPHONE, App, visiting


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as page:
        build(Service(Path("absent"), "cpu"))
    return page


@pytest.fixture
def server(page: gr.Blocks) -> TestClient:
    app = routes.App.create_app(page, app_kwargs={"routes": pages(page)})
    return TestClient(app, base_url="http://127.0.0.1:7860")


def test_the_schema_tells_every_parameter(page: gr.Blocks) -> None:
    told = openapi(page)
    assert told["info"]["version"] == lfdrt.__version__
    calls = {p: c["post"] for p, c in told["paths"].items() if "post" in c}
    assert set(calls) == {"/gradio_api/call/v2/v1_predict", "/gradio_api/call/v2/v1_predict_table"}
    bodies = [c["requestBody"]["content"]["application/json"]["schema"] for c in calls.values()]
    one, many = bodies
    assert set(one["properties"]) == {"text", "language", "family", "image", "model"}
    assert "required" not in one and one["properties"]["family"]["default"] == "own"
    assert many["required"] == ["rows"] and many["properties"]["rows"]["type"] == "array"
    for body in bodies:
        for name, parameter in body["properties"].items():
            assert parameter["description"] == means(name)
    assert means("text").endswith("at most 100,000 characters.") and "20 MB" in means("image")
    assert means("rows").endswith("at most 500.")
    assert f"{asked.ROWS:,} rows" in calls["/gradio_api/call/v2/v1_predict_table"]["summary"]
    assert {one["get"]["operationId"] for one in told["paths"].values() if "get" in one} == {
        "v1_predict_result", "v1_predict_table_result"
    }  # fmt: skip


def test_the_page_is_made_of_it(server: TestClient, page: gr.Blocks) -> None:
    said = server.get(PAGE).text
    assert server.get(SCHEMA).json() == openapi(page)
    for name in ("/v1_predict", "/v1_predict_table"):
        assert f"<h2>{name}</h2>" in said
    assert "Client(&quot;http://127.0.0.1:7860/&quot;)" in said
    assert "curl http://127.0.0.1:7860/gradio_api/call/v2/v1_predict " in said


def test_the_page_needs_no_other_host_and_no_script(server: TestClient) -> None:
    said = server.get(PAGE).text
    assert "<script" not in said and "<link" not in said and "@import" not in said
    addresses = set(re.findall(r"https?://[^/\"\s&]+", said))
    assert addresses == {"http://127.0.0.1:7860"}
    assert re.findall(r'(?:src|href)="([^"]*)"', said) == [SCHEMA.lstrip("/")]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, TELEPHONE])
def test_the_page_fits_a_screen(browser: Browser, app: App, width: int) -> None:
    with visiting(browser, app.address, width=width, forgiven=LEAVING) as page:
        page.goto(f"{app.address}api")
        expect(page.get_by_role("heading", name=english.TITLE)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("link", name=english.SCHEMA).click()
        expect(page).to_have_url(re.compile(r"/api/openapi\.json$"))
