"""Calls of other programs: what is refused and how, the pace of a kiosk, and clients of the app as
a user starts it, Gradio's and a plain one."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from app.api import asked, english
from app.api.pace import A_MINUTE, Pace
from app.models.requests import Refused
from app.page.bounds import MOST
from lfdrt.data.columns import added_columns
from lfdrt.data.images import MAX_BYTES
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.labels import EKMAN7, POLARITY3
from lfdrt.runtime import resolve_runtime
from tests.app.visiting import App, running_app
from tests.test_setup import ROOT

TEXT = "Ninafurahi sana kukuona leo rafiki yangu"
FACE = base64.b64encode((ROOT / "assets/examples/face-only.png").read_bytes()).decode()


def request(**given: Any):
    return asked.request(**{"text": "", "language": "", "family": "own", "image": ""} | given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": 3}, "text is of type int: give a string."),
        ({"text": ["a"]}, "text is of type list: give a string."),
        ({"language": {"a": 1}}, "language is of type dict"),
        ({"family": 1.5}, "family is of type float"),
        ({"image": True}, "image is of type bool"),
        ({"text": "a" * 100_001}, "text has 100,001 characters, the limit is 100,000"),
        ({"image": "not base64!"}, "image is no base64 of a picture file."),
        ({"image": "A" * 27_000_000}, "image is larger than the limit of 20 MB."),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(given: dict, sentence: str) -> None:
    with pytest.raises(Refused) as told:
        request(**given)
    assert sentence in str(told.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("one text", "rows is of type str: give a list of texts"),
        (None, "rows is of type NoneType"),
        ([], "rows is empty"),
        (["a"] * 501, "rows has 501 entries, the limit is 500"),
        (["a", 7], "rows[1] is of type int"),
        (["a", {"txt": "b"}], "rows[1] has the key 'txt'"),
        ([{"text": 7}], "rows[0].text is of type int"),
        ([{"text": "a", "image": "?"}], "rows[0].image is no base64"),
    ],
)
def test_a_row_that_cannot_be_asked_is_named(given: Any, sentence: str) -> None:
    with pytest.raises(Refused) as told:
        asked.rows(given, "", "own")
    assert sentence in str(told.value)


def test_a_row_has_its_own_language_or_that_of_all() -> None:
    first, second = asked.rows(["a", {"text": "b", "language": "tr"}], "sw", "none")
    assert (first.language, second.language) == ("sw", "tr")
    assert first.family == second.family == "none"


def test_a_picture_is_its_content_also_as_browsers_write_it() -> None:
    plain, address = request(image=FACE), request(image=f"data:image/png;base64,{FACE}")
    assert plain.picture == address.picture == base64.b64decode(FACE)


def test_the_largest_text_and_picture_fit_into_a_request() -> None:
    """However JSON writes a letter: twelve bytes at most, as two escapes of a surrogate."""
    assert len(json.dumps("\N{GRINNING FACE}")) - 2 == 12
    assert MAX_BYTES * 4 / 3 + asked.LETTERS * 12 < MOST


def test_a_kiosk_answers_programs_at_its_pace() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.take(A_MINUTE - 10)
    with pytest.raises(Refused, match="try again in 5 s"):
        pace.take(15)
    pace.take(10)  # what was refused took nothing
    now[0] += 5 * 60 / A_MINUTE
    pace.take(5)
    now[0] += 3600  # it holds no more than a minute's
    pace.take(A_MINUTE)
    with pytest.raises(Refused, match="try again in 1 s"):
        pace.take(1)
    with pytest.raises(Refused, match="at most as many at once"):
        pace.take(A_MINUTE + 1)


@pytest.fixture(scope="module")
def served(two_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(two_folders, tmp_path_factory.mktemp("served")) as app:
        yield app


@pytest.fixture(scope="module")
def client(served: App) -> Client:
    return Client(served.address, verbose=False)


@pytest.fixture(scope="module")
def predictor(two_folders: Path) -> Predictor:
    return Predictor.load(two_folders, resolve_runtime("cpu"))


@pytest.mark.slow
def test_a_client_is_told_what_the_model_says(client: Client, predictor: Predictor) -> None:
    told = client.predict(TEXT, language="sw", api_name="/v1_predict")
    own = predictor.predict(Sample(text=TEXT, language="sw"))
    assert told["label"] == own.scores.label and told["family"] == "niger-congo"
    for name, value in zip(own.labels, own.scores.mean, strict=True):
        assert told["probabilities"][name] == pytest.approx(float(value), abs=1e-5)
    assert told["model"] and len(told["weights_sha256"]) == 64
    assert set(told) == set(english.RETURNS["v1_predict"].replace(" (by class)", "").split(", "))
    seen = client.predict(image=FACE, api_name="/v1_predict")
    assert seen["has_image"] and seen["text"] is None


@pytest.mark.slow
def test_a_client_asks_for_many_rows(client: Client, predictor: Predictor) -> None:
    """Of rows that cannot be read the note says why; the others are answered."""
    rows = [TEXT, {"text": "Bugün çok mutluyum", "language": "tr"}, " ", {"image": FACE},
            {"text": TEXT, "language": "nonsense!"}]  # fmt: skip
    told = client.predict(rows, api_name="/v1_predict_table")
    assert all(tuple(row) == added_columns(EKMAN7.labels) for row in told)
    assert told[0]["label"] == predictor.predict(Sample(text=TEXT)).scores.label
    assert told[1]["language"] == "tr" and told[3]["label"] in EKMAN7.labels
    assert told[2]["label"] is None and told[2]["note"].startswith("Not predicted: There is not")
    assert "nonsense!" in told[4]["note"]


@pytest.mark.slow
def test_another_bundled_model_is_asked_by_its_name(client: Client, served: App) -> None:
    with pytest.raises(AppError, match="There is no model 'absent': ") as told:
        client.predict(TEXT, model="absent", api_name="/v1_predict")
    names = str(told.value).partition(": ")[2].rstrip(".").split(", ")
    labels = {client.predict(TEXT, model=name, api_name="/v1_predict")["label"] for name in names}
    assert len(names) == 2 and labels & set(POLARITY3.labels)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "There is nothing to predict"),
        ({"text": "good", "language": "nonsense!"}, "nonsense!"),
        ({"text": "good", "family": "mars"}, "There is no family 'mars'"),
        ({"text": "good", "image": base64.b64encode(b"no picture").decode()}, "image"),
        ({"text": 7}, "text is of type int"),
    ],
)
def test_a_client_is_told_why_not(client: Client, given: dict, sentence: str) -> None:
    with pytest.raises(AppError, match=re.escape(sentence)):
        client.predict(**given, api_name="/v1_predict")


@pytest.mark.slow
def test_everything_else_stays_private(client: Client, served: App) -> None:
    """Only the two calls are named, in all that lists calls; no event of the page is one."""
    public = {"/v1_predict", "/v1_predict_table"}
    told = httpx.get(f"{served.address}gradio_api/info", timeout=60).json()
    assert set(told["named_endpoints"]) == public and not told["unnamed_endpoints"]
    listed = httpx.get(f"{served.address}gradio_api/openapi.json", timeout=60).json()
    assert {p.rpartition("/v1")[2] for p in listed["paths"] if "/call/v2" in p} == {
        name.removeprefix("/v1") for name in public
    }
    config = httpx.get(f"{served.address}config", timeout=60).json()
    open_ones = [d for d in config["dependencies"] if d["api_visibility"] != "private"]
    assert {f"/{one['api_name']}" for one in open_ones} == public


@pytest.mark.slow
def test_any_program_can_call(served: App) -> None:
    """By the addresses that the schema names: one answers with an event, one streams the result."""
    paths = httpx.get(f"{served.address}api/openapi.json", timeout=60).json()["paths"]
    post, get = (p for p in paths if "v1_predict_table" not in p)
    with httpx.Client(base_url=served.address, timeout=60) as plain:
        event = plain.post(post, json={"text": TEXT, "language": "sw"}).json()["event_id"]
        said = plain.get(get.format(event_id=event)).text
        assert "event: complete" in said
        (told,) = json.loads(said.partition("data: ")[2].partition("\n")[0])
        assert told["label"] in EKMAN7.labels
        event = plain.post(post, json={"text": ""}).json()["event_id"]
        said = plain.get(get.format(event_id=event)).text
        assert "event: error" in said and "There is nothing to predict" in said


@pytest.mark.slow
def test_a_foreign_page_calls_nothing(served: App) -> None:
    foreign = {"origin": "http://evil.example"}
    for path in ("gradio_api/call/v2/v1_predict", "gradio_api/call/v1_predict"):
        answer = httpx.post(served.address + path, json={"text": TEXT}, headers=foreign)
        assert answer.status_code == 403
    assert httpx.get(f"{served.address}api", headers=foreign).status_code == 403


@pytest.mark.slow
def test_a_kiosk_keeps_nothing_and_has_its_pace(tiny_folder: Path, tmp_path: Path) -> None:
    with running_app(tiny_folder, tmp_path, kiosk="3") as app:
        client = Client(app.address, verbose=False)
        told = client.predict([TEXT] * A_MINUTE, api_name="/v1_predict_table")
        assert len(told) == A_MINUTE
        with pytest.raises(AppError, match="A kiosk answers 60 rows a minute"):
            client.predict([TEXT] * (A_MINUTE + 1), api_name="/v1_predict_table")
        kept = [p for p in tmp_path.rglob("*") if p.is_file() and p.suffix != ".log"]
        assert not [p for p in kept if TEXT.encode() in p.read_bytes()]
