"""The service: loads in the background, refuses in sentences, keeps nothing of visitors."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from app.about.tab import checkpoint
from app.models.requests import Loaded, Refused, Request, digest
from app.models.service import Model, Service
from app.models.shelf import BASE
from app.page.saving import Weights
from app.predict.answers import NOTHING, answer, picture_note, spoken
from app.predict.words import NOTHING_GIVEN
from lfdrt import words

MADE = Weights(name="made", sha256="ab" * 32, selection="last step", seed=0)


@pytest.fixture(scope="module")
def service(tiny_folder: Path) -> Service:
    service = Service(tiny_folder, "cpu")
    service.start()
    assert service.wait(120)
    assert service.status.phase == "ready", service.status.failure
    return service


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (60, 40), "teal").save(tmp_path / "teal.png")
    return tmp_path / "teal.png"


def test_before_loading_it_waits_and_says_so(tiny_folder: Path):
    service = Service(tiny_folder)
    assert service.status.phase == "waiting"
    assert service.loaded is None
    shown = next(answer(service, Request(text="so happy")))
    assert "Your prediction starts by itself" in shown.result


def test_a_missing_checkpoint_is_a_sentence(tmp_path: Path):
    service = Service(tmp_path / "absent", "cpu")
    service.start()
    assert service.wait(120)
    assert service.status.phase == "failed"
    assert "is not a checkpoint" in service.status.failure
    with pytest.raises(Refused, match="is not a checkpoint"):
        service.open(BASE).predict(Request(text="so happy"))
    (shown,) = answer(service, Request(text="so happy"))
    assert "--checkpoint FOLDER" in shown.result
    assert "is not a checkpoint" in checkpoint(None, service.status.failure)


def test_an_unknown_device_is_a_sentence(tiny_folder: Path):
    service = Service(tiny_folder, "abacus")
    service.start()
    assert service.wait(120)
    assert "abacus" in service.status.failure


def test_text_picture_and_translation_give_every_view(service: Service, picture: Path):
    request = Request(
        text="Ninafurahi sana", picture=picture, language="sw", translation="I am so happy"
    )
    first, counted, last = answer(service, request)
    assert "Niger-Congo" in first.result
    assert (first.occlusion, first.result) == ("", counted.result)
    assert 'class="card occlusion"' in counted.occlusion
    for kind in ("families", "regions", "translation"):
        assert f'class="card {kind}"' in first.details
    assert "sharpness" not in first.sharpness
    assert 'class="card sharpness"' in last.sharpness
    assert (first.result, first.details) == (last.result, last.details)


@pytest.mark.parametrize(
    ("text", "said"), [("so happy", True), ("so happy!", False), ("🙂", False)]
)
def test_a_text_without_an_end_mark_is_told_what_that_means(
    service: Service, text: str, said: bool
):
    first = next(answer(service, Request(text=text, language="sw")))
    assert ("The text has no end mark" in first.result) == said


def test_a_picture_alone_is_enough(service: Service, picture: Path):
    shown = list(answer(service, Request(picture=picture)))[-1]
    assert "Picture only" in shown.result
    assert shown.sharpness == ""


def test_nothing_given_is_the_empty_state_and_what_is_missing(service: Service):
    (shown,) = answer(service, Request(text=" \n"))
    assert NOTHING_GIVEN in shown.result
    missing = f'<p class="missing" role="alert">{NOTHING_GIVEN}</p>'
    assert replace(shown, result=shown.result.replace(missing, "")) == NOTHING


@pytest.mark.parametrize("text", ["🙂🙂", "https://example.org", "\u0301", "\0\0a", "x " * 50_000])
def test_odd_texts_give_a_result_or_a_sentence(service: Service, text: str):
    shown = list(answer(service, Request(text=text)))[-1]
    assert "card result" in shown.result or "card failure" in shown.result
    assert "nan" not in shown.result.lower()


def test_a_bad_picture_is_a_sentence(service: Service, tmp_path: Path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"not a picture")
    note, usable = picture_note(str(bad))
    assert not usable
    assert "bad.png" in note
    (shown,) = answer(service, Request(text="so happy", picture=bad))
    assert "bad.png" in shown.result


def test_an_unknown_language_is_a_sentence(service: Service):
    assert "not a language" in spoken("so happy", "xx-nonsense")
    (shown,) = answer(service, Request(text="so happy", language="xx-nonsense"))
    assert "not a language" in shown.result


def test_the_language_is_named_with_its_family():
    assert "Tatar, Turkic family." in spoken("", "tt")
    swahili = spoken("", "sw")
    assert 'title="Atlantic-Congo › Volta-Congo › Benue-Congo ›' in swahili
    assert swahili.count("›", swahili.index('">')) == 3  # the first, …, and the last two
    assert "no disentangler was trained" in spoken("", "vi")
    line = spoken("Ich habe mich heute sehr über deinen Brief gefreut.", None)
    assert line.startswith("Detected: German, Indo-European family")


def test_a_fault_of_the_program_is_a_sentence_and_is_logged(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(self: Model, request: Request) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(Model, "predict", broken)
    (shown,) = answer(service, Request(text="so happy"))
    assert "Something went wrong inside the program" in shown.result
    assert "inner detail" not in shown.result
    assert "inner detail" in caplog.text


def test_nothing_of_a_visitor_stays_in_the_service(service: Service):
    """Neither in it nor in the one slot that it holds, whose model is not looked into."""
    parts = [vars(service), vars(service._slot), vars(service._shelf)]
    before = [part.keys() for part in parts]
    list(answer(service, Request(text="a very private sentence")))
    assert [part.keys() for part in parts] == before
    assert "private" not in repr(parts)


def test_the_card_of_the_checkpoint_is_shown_whatever_its_keys(service: Service):
    html = checkpoint(service.loaded)
    assert "Random weights for tests" in html
    assert "Runs on" in html


def test_scores_of_a_card_stand_with_their_rule_in_one_table() -> None:
    card = {
        "selection": "last <step>",
        "scores": {"sets": [{"set": "tt dev", "macro_f1": 0.465}, {"set": "sw", "macro_f1": 0.2}]},
    }
    html = checkpoint(
        Loaded(weights=MADE, card=card, labels=("joy",), families=(), device="cpu, float32")
    )
    assert "How it was selected: last &lt;step&gt;." in html
    assert html.count('<th scope="col">macro f1</th>') == 1
    assert "<td>0.465</td>" in html
    saved = unescape(re.search(r'data-content="([^"]*)"', html)[1]).splitlines()
    assert saved[1:3] == ["tt dev,0.465", "sw,0.2"]
    assert "checkpoint made (SHA-256 abababababab); training seed 0; selected by" in saved[-1]


@pytest.mark.parametrize("scores", ["good", {"sets": 3}, {"sets": [{"a": 1}, {"b": 2}]}, [1]])
def test_scores_in_another_form_are_shown_and_not_saved(scores: object) -> None:
    card = {"scores": scores}
    html = checkpoint(Loaded(weights=MADE, card=card, labels=(), families=(), device="cpu"))
    assert "Its scores" in html and "data-download" not in html


@pytest.fixture(scope="module")
def both(two_folders: Path) -> Service:
    service = Service(two_folders, "cpu")
    service.start()
    assert service.wait(120)
    return service


def test_another_model_answers_with_its_own_classes(both: Service) -> None:
    """Its name, its classes in result, families and files, and nothing of the base's."""
    request = Request(text="so happy", language="sw", checkpoint="polarity")
    last = list(answer(both, request))[-1]
    assert "<li>Model: polarity</li>" in last.result
    for panel in (last.result, last.details, last.export):
        assert "positive" in panel
        assert "surprise" not in panel
    assert "&quot;model&quot;: &quot;polarity&quot;" in last.export
    assert 'class="card sharpness"' in last.sharpness
    base = list(answer(both, Request(text="so happy", language="sw")))[-1]
    assert "surprise" in base.result
    assert "Model: " not in base.result


def test_the_base_is_first_then_those_beside_it_then_the_tuned(
    both: Service, tiny_folder: Path
) -> None:
    both.register("4f", tiny_folder, "my own")
    try:
        assert [c.key for c in both.choices()] == ["", "polarity"]
        listed = [(c.key, c.name, c.tuned) for c in both.choices(["4f", "", "polarity", "gone"])]
        assert listed == [
            ("", "tiny", False),
            ("polarity", "polarity", False),
            ("4f", "my own", True),
        ]
        assert list(answer(both, Request(text="so happy", checkpoint="4f")))[-1].export
    finally:
        both.forget("4f")
    (shown,) = answer(both, Request(text="so happy", checkpoint="4f"))
    assert "This model is not here any more" in shown.result


def test_while_another_model_loads_the_page_says_so(both: Service, tiny_folder: Path) -> None:
    both.register("3e", tiny_folder, "my own")
    with both._slot._turn:  # something else is being read
        panels = answer(both, Request(text="so happy", checkpoint="3e"))
        assert "my own: Starting" in next(panels).result
    assert "card result" in list(panels)[-1].result
    both.forget("3e")


@pytest.mark.parametrize("key", ["tiny", "../tiny", "/", "..", "\0", "x" * 10_000])
def test_a_key_is_never_a_path(both: Service, key: str) -> None:
    with pytest.raises(Refused, match="not here any more"):
        both.open(key)


def test_a_registered_key_does_not_take_anothers_place(both: Service, tiny_folder: Path) -> None:
    for key in (BASE, "polarity"):
        with pytest.raises(ValueError, match="key"):
            both.register(key, tiny_folder, "intruder")


def test_a_tuned_model_that_does_not_load_is_a_sentence(both: Service, tmp_path: Path) -> None:
    """That names the model and not the place; the others still answer."""
    both.register("5a", tmp_path / "secret" / "checkpoint", "my own")
    shown = list(answer(both, Request(text="so happy", checkpoint="5a")))[-1]
    both.forget("5a")
    assert "my own did not load: my own is not a checkpoint" in shown.result
    assert "Choose another one under Model" in shown.result
    assert "secret" not in shown.result
    assert "card result" in list(answer(both, Request(text="so happy")))[-1].result


def test_other_models_answer_where_the_base_does_not_load(tmp_path: Path, two_folders: Path):
    service = Service(tmp_path / "absent", "cpu")
    service.start()
    service.register("6b", two_folders, "rescue")
    assert "card result" in list(answer(service, Request(text="so", checkpoint="6b")))[-1].result


def test_tokens_are_counted_without_the_prefix(service: Service) -> None:
    """Special tokens and `query: ` are the program's own; an unknown script is unknown."""
    happy, odd = service.count_tokens(["so happy", "\ua66e"])
    shown = service.open(BASE).predict(Request(text="so happy", language="en")).prediction
    assert (happy.tokens, happy.unknown) == (len(shown.tokens), 0)
    assert odd.unknown >= 1
    assert service.count_tokens([" ".join(["so happy"] * 200)])[0].tokens == 200 * happy.tokens


def test_an_answer_cites_the_weights_that_were_read(tmp_path: Path, tiny_folder: Path) -> None:
    """Whatever is written to the folder later, and without reading anything again."""
    folder = shutil.copytree(tiny_folder, tmp_path / "mine")
    service = Service(folder, "cpu")
    service.start()
    assert service.wait(120) and service.loaded is not None
    before = service.loaded.weights
    assert before.sha256 == digest(tiny_folder)
    shutil.rmtree(folder)
    assert service.open(BASE).predict(Request(text="so happy")).weights == before


def test_weights_that_were_replaced_are_other_weights(tmp_path: Path, tiny_folder: Path) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "mine")
    before, weights = digest(folder), next(folder.glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-4] + b"\x01\x02\x03\x04")
    assert before == digest(tiny_folder) != digest(folder)


def test_an_answer_reads_its_text_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """And once more with its words hidden, and once with each left out; its words are told apart
    once for all panels."""
    model = service.open(BASE).ready().predictor.model
    encoded, cut = [], []
    encode, merge = model.encode, words.merge
    monkeypatch.setattr(model, "encode", lambda batch: encoded.append(1) or encode(batch))
    monkeypatch.setattr(words, "merge", lambda *given: cut.append(1) or merge(*given))
    last = list(answer(service, Request(text="so happy", language="sw")))[-1]
    assert 'class="card sharpness"' in last.sharpness
    assert (len(encoded), len(cut)) == (3, 1)
