"""SAFETY.md, lines "Text", "Images" and "Weights", for the command line from end to end.

Bad input gives a result or one sentence and exit 2, and never NaN. Details of each reader are
tested beside it; here it is that `predict` meets them.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from lfdrt.__main__ import main

FAMILIES = 13


@pytest.fixture
def predict(tiny_folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """The parsed JSON of a prediction, or the sentence on stderr of one that was refused."""

    def run(*arguments: str, checkpoint: Path = tiny_folder) -> Any:
        code = main(["predict", "--checkpoint", str(checkpoint), "--json", *arguments])
        told = capsys.readouterr()
        if code == 0:
            found = json.loads(told.out, parse_constant=_refuse)
            assert math.isclose(sum(found["probabilities"].values()), 1, abs_tol=1e-3)
            return found
        assert code == 2 and told.out == "" and told.err.count("\n") == 1, told.err
        assert "Traceback" not in told.err
        return told.err

    return run


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} in the output")


# Text

NOTHING_TO_READ = {
    "empty": "",
    "spaces": " \t\u00a0\n\u3000",
    "invisible": "\u200b\u2060\ufeff",
    "private use": "\ue000\ue001\U000f0000",
}
READ = {
    "only emoji": "😀😀👩‍👩‍👧‍👦",
    "only links": "https://example.org/a?b=c www.example.org",
    "one combining mark": "\u0301",
    "one letter": "a",
    "100,000 characters": "happy " * 16_700,
    "100,000 without a space": "あ" * 100_000,
    "100,000 combining marks": "a" + "\u0301" * 100_000,
    "NUL bytes": "I am\0 happy\0",
    "mixed direction": "I said \u202eשלום\u202c to أحمد today",
    "NFD": "Nem e\u0301rtem, mie\u0301rt haragszik ra\u0301m",
    "unknown script": "ⲁⲛⲟⲕ ⲡⲉ ⲡⲛⲟⲩⲧⲉ",
    "lone surrogate": "happy \ud83d today",
    "special tokens": "<s> </s> <mask> <pad>",
}


@pytest.mark.parametrize("text", NOTHING_TO_READ.values(), ids=NOTHING_TO_READ)
def test_a_text_of_nothing_is_a_sentence_and_with_a_picture_a_result(
    predict: Callable[..., Any], tmp_path: Path, text: str
) -> None:
    assert "nothing to predict" in predict("--text", text)
    Image.new("RGB", (9, 9), "red").save(tmp_path / "p.png")
    assert predict("--text", text, "--image", str(tmp_path / "p.png"))["text"] is None


@pytest.mark.parametrize("language", [[], ["--lang", "cop"]], ids=["detected", "given"])
@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_a_strange_text_is_a_result(
    predict: Callable[..., Any], text: str, language: list[str]
) -> None:
    found = predict("--text", text, *language)
    assert found["text"] and len(found["families"]) == FAMILIES + 1
    for family in found["families"]:
        assert all(map(math.isfinite, family["attention"]))


def test_strange_texts_are_told(predict: Callable[..., Any]) -> None:
    assert "no words" in " ".join(predict("--text", READ["only emoji"])["notes"])
    assert "unknown to the tokenizer" in " ".join(
        predict("--text", READ["unknown script"], "--lang", "cop")["notes"]
    )
    notes = " ".join(predict("--text", READ["100,000 characters"])["notes"])
    assert "100,200 characters" in notes and "did not fit" in notes
    composed = predict("--text", "Nem értem, miért haragszik rám", "--lang", "hu")
    decomposed = predict("--text", READ["NFD"], "--lang", "hu")
    assert decomposed["probabilities"] == composed["probabilities"]


def test_strange_texts_in_a_table(tmp_path: Path, tiny_folder: Path) -> None:
    """All at once in one batch, and each as a table of one row."""
    texts = [*READ.values(), *NOTHING_TO_READ.values()]
    tables = [texts, *([text] for text in texts)]
    for number, rows in enumerate(tables):
        source, target = tmp_path / f"{number}.jsonl", tmp_path / f"{number}.out.jsonl"
        source.write_text("".join(json.dumps({"text": row}) + "\n" for row in rows))
        arguments = ["--input", str(source), "--output", str(target)]
        assert main(["predict", "--checkpoint", str(tiny_folder), *arguments]) == 0
        found = [json.loads(line, parse_constant=_refuse) for line in target.open("rb")]
        assert len(found) == len(rows)
        for text, row in zip(rows, found, strict=True):
            assert bool(row["label"]) == (text in READ.values()), ascii(text[:20])
            assert row["label"] or "neither a text nor a picture" in row["note"]


# Images


def png_header(width: int, height: int) -> bytes:
    """A PNG that only claims a size: reading its pixels would take width x height x 3 bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))


def encoded(image: Image.Image, kind: str, **settings: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **settings)
    return buffer.getvalue()


def photo() -> Image.Image:
    image = Image.new("RGB", (64, 48), "navy")
    image.paste("orange", (0, 0, 20, 48))
    return image


REFUSED = {
    "bomb.png": (png_header(60_000, 60_000), "pixels"),
    "wide.png": (png_header(2_000_000_000, 2_000_000_000), "pixels"),
    "cut.png": (encoded(photo(), "PNG")[:60], "damaged or cut off"),
    "cut.jpg": (encoded(photo(), "JPEG")[:300], "damaged or cut off"),
    "text.png": (b"just some words", "not a picture"),
    "page.jpg": (b"<!doctype html><html><body>404</body></html>", "not a picture"),
    "paper.jpg": (b"%PDF-1.7\n" + b"0" * 100, "PDF"),
    "archive.png": (b"PK\x03\x04" + b"0" * 100, "ZIP"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"0" * 100, "HEIC"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG drawing"),
    "empty.png": (b"", "is empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_picture_is_named_in_a_sentence(
    predict: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    content, words = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    told = predict("--text", "happy", "--image", str(tmp_path / name))
    assert name in told and words.lower() in told.lower()


def test_a_missing_picture_and_a_folder(predict: Callable[..., Any], tmp_path: Path) -> None:
    assert "was not found" in predict("--image", str(tmp_path / "none.png"))
    assert "is not a file" in predict("--image", str(tmp_path))


def _animated() -> bytes:
    frames = [Image.new("RGB", (64, 48), "green")]
    return encoded(photo(), "GIF", save_all=True, append_images=frames)


def _rotated() -> bytes:
    """Stored on its side; EXIF orientation 6 says to turn it by 90 degrees clockwise."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(photo().transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif)


def _transparent() -> bytes:
    image = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    return encoded(image, "PNG")


SAME_PICTURE = {
    "animation's first frame": (_animated(), encoded(photo(), "GIF")),
    "EXIF orientation": (_rotated(), encoded(photo(), "PNG")),
    "alpha on white": (_transparent(), encoded(Image.new("RGB", (64, 48), "white"), "PNG")),
    "palette": (encoded(photo().convert("P"), "PNG"), encoded(photo(), "PNG")),
    "16 bits": (
        encoded(Image.new("I;16", (64, 48), 0x8080), "PNG"),
        encoded(Image.new("L", (64, 48), 0x80), "PNG"),
    ),
    "CMYK": (
        encoded(Image.new("CMYK", (64, 48), (0, 0, 0, 0)), "TIFF"),
        encoded(Image.new("RGB", (64, 48), "white"), "PNG"),
    ),
    "disguised": (encoded(photo(), "BMP"), encoded(photo(), "PNG")),
}


@pytest.mark.parametrize("name", SAME_PICTURE)
def test_the_same_picture_in_another_form_is_the_same_prediction(
    predict: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    found = []
    for place, content in enumerate(SAME_PICTURE[name]):
        path = tmp_path / f"{place}.jpg"  # the name says nothing; the bytes do
        path.write_bytes(content)
        found.append(predict("--text", "happy", "--lang", "en", "--image", str(path)))
    first, second = (f["probabilities"] for f in found)
    assert first == pytest.approx(second, abs=2e-3)


# Weights


@pytest.fixture
def copy(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "copied"))


def spoil(folder: Path, change: Callable[[dict[str, torch.Tensor]], Any]) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


@pytest.mark.parametrize("keep", [0, 5, 300, -1])
def test_damaged_weights(predict: Callable[..., Any], copy: Path, keep: int) -> None:
    path = copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    told = predict("--text", "happy", checkpoint=copy)
    assert "model.safetensors is damaged" in told and "Copy it again" in told


def test_a_header_that_claims_more_than_the_file(predict: Callable[..., Any], copy: Path) -> None:
    path = copy / "model.safetensors"
    path.write_bytes(struct.pack("<Q", 1 << 62) + path.read_bytes()[8:])
    assert "model.safetensors is damaged" in predict("--text", "happy", checkpoint=copy)


def test_weights_of_another_shape_name_or_format(predict: Callable[..., Any], copy: Path) -> None:
    original = (copy / "model.safetensors").read_bytes()
    changes: dict[str, Callable[[dict[str, torch.Tensor]], Any]] = {
        "'no_text' has shape [5]": lambda w: w.update(no_text=torch.zeros(5)),
        "'stranger'": lambda w: w.update(stranger=torch.zeros(5)),
        "1 weights are missing, first 'no_text'": lambda w: w.pop("no_text"),
        "'no_text' is I64": lambda w: w.update(no_text=torch.zeros(32, dtype=torch.int64)),
        "'no_text' is F64": lambda w: w.update(no_text=torch.zeros(32, dtype=torch.float64)),
    }
    for words, change in changes.items():
        (copy / "model.safetensors").write_bytes(original)
        spoil(copy, change)
        assert words in predict("--text", "happy", checkpoint=copy)


def test_weights_that_are_not_numbers(predict: Callable[..., Any], copy: Path) -> None:
    """Infinite or NaN weights would give NaN for every input."""
    spoil(copy, lambda w: w.update(no_image=torch.full((32,), float("nan"))))
    assert "no_image" in predict("--text", "happy", checkpoint=copy)


class Trap:
    """Unpickling it writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (Path.touch, (self.path,))


def test_pickled_weights_are_never_unpickled(
    predict: Callable[..., Any], copy: Path, tmp_path: Path
) -> None:
    trap = tmp_path / "sprung"
    pickled = pickle.dumps(Trap(trap))
    pickle.loads(pickled)  # noqa: S301 -- the trap works
    assert trap.exists()
    trap.unlink()
    (copy / "model.safetensors").write_bytes(pickled)
    assert "damaged or not safetensors" in predict("--text", "happy", checkpoint=copy)
    torch.save(Trap(trap), copy / "model.safetensors")
    assert "damaged or not safetensors" in predict("--text", "happy", checkpoint=copy)
    (copy / "model.safetensors").unlink()
    (copy / "pytorch_model.bin").write_bytes(pickled)
    assert "model.safetensors is missing" in predict("--text", "happy", checkpoint=copy)
    assert not trap.exists()


def test_a_shard_index_does_not_lead_out_of_the_folder(
    predict: Callable[..., Any], copy: Path, tmp_path: Path
) -> None:
    weights = copy / "model.safetensors"
    names = list(load_file(weights))
    weights.rename(tmp_path / "outside.safetensors")
    index = copy / "model.safetensors.index.json"
    for name in ("../outside.safetensors", str(tmp_path / "outside.safetensors")):
        index.write_text(json.dumps({"weight_map": dict.fromkeys(names, name)}))
        assert "outside.safetensors" in predict("--text", "happy", checkpoint=copy)
    for content in ("[]", '{"weight_map": 3}', '{"weight_map": {"a": 3}}', "{"):
        index.write_text(content)
        assert "model.safetensors.index.json" in predict("--text", "happy", checkpoint=copy)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "card.json"])
def test_missing_or_unreadable_json(predict: Callable[..., Any], copy: Path, name: str) -> None:
    for content in (b"{", b"\xff\xfe\x00", b"[" * 100_000, b""):
        (copy / name).write_bytes(content)
        told = predict("--text", "happy", checkpoint=copy)
        assert copy.name in told or name in told
    (copy / name).unlink()
    assert name in predict("--text", "happy", checkpoint=copy)


def test_a_foreign_config(predict: Callable[..., Any], copy: Path) -> None:
    """A BERT's own config.json, one of another program, and ones that contradict themselves."""
    config = copy / "config.json"
    original = config.read_text("utf-8")
    config.write_text('{"model_type": "bert", "hidden_size": 32}')
    assert "unusable ModelConfig" in predict("--text", "happy", checkpoint=copy)
    for foreign in ("[]", "3", "null", '"a"'):
        config.write_text(foreign)
        assert "config.json is not a JSON object" in predict("--text", "happy", checkpoint=copy)
    changes: dict[str, Callable[[dict[str, Any]], None]] = {
        "width is 48": lambda c: c.update(width=48),
        "format 9 is newer": lambda c: c.update(format=9),
        "families": lambda c: c.update(families=["turkic", "turkic"]),
        "width": lambda c: c.update(width="wide"),
        "surprise_me": lambda c: c.update(surprise_me=True),
        "unknown model_type": lambda c: c["text"]["backbone"].update(model_type="elvish"),
        "has shape": lambda c: c.update(classifier_hidden=48),
    }
    for words, change in changes.items():
        config.write_text(original, "utf-8")
        edit(config, change)
        assert words in predict("--text", "happy", checkpoint=copy)


def test_code_that_a_config_names_is_not_run(predict: Callable[..., Any], copy: Path) -> None:
    """`auto_map` and remote names are how foreign code would come in."""
    (copy / "evil.py").write_text("raise SystemExit('ran')\n")
    edit(
        copy / "config.json",
        lambda c: c["text"]["backbone"].update(
            model_type="evil",
            auto_map={"AutoConfig": "evil.Config", "AutoModel": "evil.Model"},
            trust_remote_code=True,
        ),
    )
    assert "unknown model_type" in predict("--text", "happy", checkpoint=copy)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["text"]["backbone"].update(vocab_size=10**12),
        lambda c: c["text"]["backbone"].update(vocab_size=-1),
        lambda c: c["text"]["backbone"].update(num_attention_heads=5),
        lambda c: c["text"]["backbone"].update(num_attention_heads=0),
        lambda c: c["text"]["backbone"].update(hidden_act="evil"),
        lambda c: c.update(classifier_dropout=[7, 7]),
        lambda c: c["text"].update(max_tokens=10**9),
        lambda c: c["image"].update(size=0),
        lambda c: c["image"].update(size=10**6),
        lambda c: c["image"]["tower"].update(embed_dim=-4),
        lambda c: c["image"]["tower"].update(vision_cfg={"timm_model_name": "elvish"}),
        lambda c: c["image"]["tower"].update(vision_cfg=3),
        lambda c: c["image"].update(std=[0, 0, 0]),
    ],
)
def test_absurd_numbers_in_a_config(
    predict: Callable[..., Any], copy: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    """They are refused before anything of that size is made."""
    edit(copy / "config.json", change)
    Image.new("RGB", (9, 9), "red").save(copy / "p.png")
    told = predict("--text", "happy", "--image", str(copy / "p.png"), checkpoint=copy)
    assert isinstance(told, str)


def test_a_config_that_asks_for_more_memory_than_there_is(
    predict: Callable[..., Any], copy: Path
) -> None:
    edit(copy / "config.json", lambda c: c.update(classifier_hidden=10**13))
    assert "classifier" in predict("--text", "happy", checkpoint=copy)
