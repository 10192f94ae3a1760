"""The text path as an ONNX file: what it computes beside torch, what it tells of itself, and the
command that writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from lfdrt.__main__ import main
from lfdrt.checkpoint import Checkpoint, load_checkpoint
from lfdrt.inference.predictor import Predictor
from lfdrt.inference.sample import Sample
from lfdrt.languages import resolve
from lfdrt.output import Scores
from lfdrt.places import ASSETS, COMPACT
from lfdrt.runtime import resolve_runtime
from tests.tiny import SENTENCES

onnx = pytest.importorskip("lfdrt.programs.onnx_file", reason="torch is not installed")
onnxruntime = pytest.importorskip(
    "onnxruntime", reason="ONNX files are not read here: pip install -e '.[export]'"
)
pytest.importorskip("onnxscript", reason="torch writes no ONNX here: pip install -e '.[export]'")

pytestmark = pytest.mark.slow
TEXTS, SCRIPTS, ROWS = 500, 15, 50


MORE = {
    "el": "Είμαι πολύ χαρούμενος σήμερα",
    "hi": "आज मैं बहुत खुश हूँ",
    "th": "วันนี้ฉันมีความสุขมาก",
    "hy": "Այսօր ես շատ ուրախ եմ",
    "am": "ዛሬ በጣም ደስተኛ ነኝ",
    "bn": "আজ আমি খুব খুশি",
}
"""In scripts of which no bundled sentence is: of none of their languages a disentangler learned."""


def session(path: Path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written by the command."""
    path = tmp_path_factory.mktemp("onnx") / "tiny.onnx"
    command = ["export", "onnx", "--output", str(path), "--checkpoint", str(tiny_folder)]
    assert main(command) == 0
    return path


def sample_texts() -> list[tuple[str, str, str]]:
    """Text, language and script of `TEXTS` of the project's own sentences, in turn, numbered
    so that no two are the same."""
    held = json.loads((ASSETS / "parallel.json").read_text(encoding="utf-8"))["sentences"]
    found = [(t, code, resolve(code).script) for one in held for code, t in one["texts"].items()]
    for one in json.loads((ASSETS / "examples.json").read_text(encoding="utf-8")):
        if one.get("text"):
            found.append((one["text"], one["lang"], resolve(one["lang"]).script))
    found += [(text, code, resolve(code).script) for code, text in MORE.items()]
    many = enumerate(islice(cycle(found), TEXTS))
    return [(f"{text} {n}", code, script) for n, (text, code, script) in many]


def both(checkpoint: Checkpoint, path: Path, texts: list[str], families: list[str | None]):
    """Logits of torch and of the file, a batch at a time. Shape: (2, N, C) each."""
    module, run = onnx.TextPath(checkpoint.model.float().eval()), session(path)
    own, found = [], []
    for start in range(0, len(texts), ROWS):
        part = slice(start, start + ROWS)
        given = onnx.feed(checkpoint, texts[part], families[part])
        found.append(np.stack(run.run(None, given)))
        with torch.no_grad():
            logits = module(*(torch.from_numpy(given[name]) for name in onnx.INPUTS))
        own.append(np.stack([one.numpy() for one in logits]))
    return np.concatenate(own, 1), np.concatenate(found, 1)


def test_it_computes_what_the_model_does(tiny: Path, tiny_folder: Path) -> None:
    """One text or many, short or long, through each family and through none."""
    checkpoint = load_checkpoint(tiny_folder)
    known = checkpoint.model.config.families
    own, found = both(checkpoint, tiny, list(SENTENCES), [*known, None, None, None])
    np.testing.assert_allclose(found, own, atol=1e-4)
    apart, alone = both(checkpoint, tiny, [SENTENCES[0]], [None])
    np.testing.assert_allclose(alone, apart, atol=1e-4)
    through = [both(checkpoint, tiny, [SENTENCES[0]], [name])[1] for name in known]
    assert not np.allclose(through[0], through[1], atol=1e-6)  # the family is read


def test_its_labels_are_the_predictors(tiny: Path, tiny_folder: Path) -> None:
    predictor = Predictor.load(tiny_folder, resolve_runtime("cpu", "float32"))
    own = list(predictor.predict_many(Sample(text=t, language="sw") for t in SENTENCES))
    given = onnx.feed(load_checkpoint(tiny_folder), list(SENTENCES), ["niger-congo"] * 16)
    logits = (torch.from_numpy(one) for one in session(tiny).run(None, given))
    found = Scores.from_logits(*logits, predictor.labels)
    assert [one.label for one in found] == [one.scores.label for one in own]


def test_it_tells_what_a_program_must_know(tiny: Path, tiny_folder: Path) -> None:
    """Its tokenizer lies beside it, and makes the ids that the model was given."""
    checkpoint = load_checkpoint(tiny_folder)
    run = session(tiny)
    told = {
        name.removeprefix("lfdrt."): json.loads(value)
        for name, value in run.get_modelmeta().custom_metadata_map.items()
        if name.startswith("lfdrt.")
    }
    config = checkpoint.model.config
    assert told["labels"] == list(config.label_set.labels)
    assert told["families"] == list(config.families)
    assert (told["prefix"], told["max_tokens"]) == (config.text.prefix, config.text.max_tokens)
    assert [one.name for one in run.get_inputs()] == list(onnx.INPUTS)
    assert [one.name for one in run.get_outputs()] == list(onnx.OUTPUTS)
    tokenizer = Tokenizer.from_file(str(tiny.with_name("tokenizer.json")))
    ids = tokenizer.encode(told["prefix"] + SENTENCES[0]).ids
    assert tuple(ids) == checkpoint.tokenizer.encode([SENTENCES[0]])[0].ids
    assert {path.name for path in tiny.parent.iterdir()} == {"tiny.onnx", "tokenizer.json"}


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(onnx, "CLOSE", -1.0)
    yield


def test_a_file_that_computes_otherwise_is_not_kept(
    wrong: None, tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tiny.onnx"
    command = ["export", "onnx", "--output", str(path), "--checkpoint", str(tiny_folder)]
    assert main(command) == 2
    assert "tiny.onnx was not written: its logits are up to" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("output", "sentence"),
    [("compact.bin", "must end in .onnx"), ("folder.onnx", "is a folder: name a file in it")],
)
def test_what_cannot_be_written_is_named(
    output: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.onnx").mkdir()
    assert main(["export", "onnx", "--output", str(tmp_path / output)]) == 2
    assert sentence in capsys.readouterr().err


def test_a_missing_package_is_named(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx, "NEEDED", ("onnx", "a_package_that_there_is_not"))
    with pytest.raises(ValueError, match="needs a_package_that_there_is_not"):
        onnx.export_onnx(load_checkpoint(tiny_folder), tmp_path / "tiny.onnx")


def test_the_bundled_model_is_as_torch_on_many_scripts(tmp_path: Path) -> None:
    """500 texts in 15 scripts, each through its own family; two thirds of a minute of one core."""
    path = tmp_path / "compact.onnx"
    assert onnx.export_onnx(load_checkpoint(COMPACT), path) < onnx.CLOSE
    checkpoint, rows = load_checkpoint(COMPACT), sample_texts()
    assert len(rows) == TEXTS and len({script for *_, script in rows}) >= SCRIPTS
    own, found = both(
        checkpoint,
        path,
        [text for text, *_ in rows],
        [_family(checkpoint, code) for _, code, _ in rows],
    )
    assert np.abs(found - own).max() < onnx.CLOSE
    assert (found.argmax(-1) == own.argmax(-1)).all()


def _family(checkpoint: Checkpoint, code: str) -> str | None:
    config = checkpoint.model.config
    return config.disentangler_of(code, resolve(code).family.code)
