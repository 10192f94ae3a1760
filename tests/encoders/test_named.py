"""Towers by name: a BERT and a CLIP as their libraries save them, and every way to lack weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import BertTokenizer

from lfdrt.config import TextConfig
from lfdrt.encoders.hub import MissingWeights, model_folder
from lfdrt.encoders.image import build_tower, hub_repository, prepare_image, tower_features
from lfdrt.encoders.named import named_image_tower, named_text_tower
from lfdrt.encoders.text import TextEncoder
from lfdrt.encoders.tokens import TextTokenizer
from tests.encoders.tiny_named import PIECES, WIDTH, tiny_bert, tiny_clip

CLIP = "ViT-B-32/openai"
CONFIG, WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a network nor what was fetched before."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    tiny_bert(tmp_path / "bert")
    return tmp_path / "bert"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    tiny_clip(tmp_path / "clip")
    return tmp_path / "clip"


def test_a_masked_language_model_gives_its_encoder(tmp_path: Path) -> None:
    """Its head is left out; the encoder's outputs are the library's own."""
    theirs = tiny_bert(tmp_path / "bert")
    tower = named_text_tower(str(tmp_path / "bert"))
    encoder = TextEncoder(config=tower.config).eval()
    encoder.backbone.load_state_dict(tower.state)
    ids = torch.tensor([TextTokenizer(tower.tokenizer, tower.config).encode(["Soup"])[0].ids])
    with torch.no_grad():
        assert encoder(ids, ids > 0).equal(theirs.bert(ids).last_hidden_state)
    assert tower.config == TextConfig(
        backbone=tower.config.backbone,
        packed_words=False,
        prefix="",
        max_tokens=160,
        pad_token="[PAD]",
        mask_token="[MASK]",
        unknown_token="[UNK]",
    )
    assert (tower.name, tower.config.width) == ("bert", WIDTH)
    assert json.loads(json.dumps(tower.config.backbone)) == tower.config.backbone
    assert not {"id2label", "architectures"} & tower.config.backbone.keys()


def test_bert_tokens_by_hand(bert: Path) -> None:
    """`[CLS]` is 2, `[SEP]` 3; S, ##o, ##u, ##p; no prefix to hide; é is unknown."""
    tower = named_text_tower(str(bert))
    tokenizer = TextTokenizer(tower.tokenizer, tower.config)
    encoded = tokenizer.encode_with_offsets("Soup é")
    assert encoded.ids == (2, *map(PIECES.index, ["S", "##o", "##u", "##p"]), 1, 3)
    assert [(t.start, t.end, t.unknown) for t in encoded.tokens] == [
        (0, 1, False),
        (1, 2, False),
        (2, 3, False),
        (3, 4, False),
        (5, 6, True),
    ]
    assert tokenizer.prefix_length() == 1
    assert tokenizer.mask == PIECES.index("[MASK]")


def test_a_slow_tokenizer_is_converted(bert: Path) -> None:
    """Older folders hold vocab.txt alone."""
    tokenizer = named_text_tower(str(bert)).tokenizer
    (bert / "tokenizer.json").unlink()
    (bert / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    converted = named_text_tower(str(bert)).tokenizer
    assert converted.encode("Soup, é!").ids == tokenizer.encode("Soup, é!").ids


def test_shards_are_read(bert: Path) -> None:
    whole = named_text_tower(str(bert)).state
    tensors = load_file(bert / "model.safetensors")
    table = {}
    for n, half in enumerate((sorted(tensors)[::2], sorted(tensors)[1::2])):
        file = f"model-{n}.safetensors"
        save_file({k: tensors[k] for k in half}, bert / file, metadata={"format": "pt"})
        table |= dict.fromkeys(half, file)
    (bert / "model.safetensors").unlink()
    index = {"metadata": {}, "weight_map": table}
    (bert / "model.safetensors.index.json").write_text(json.dumps(index))
    sharded = named_text_tower(str(bert)).state
    assert sharded.keys() == whole.keys()
    assert all(sharded[k].equal(t) for k, t in whole.items())


def test_weights_that_would_stay_random_are_named(bert: Path) -> None:
    tensors = load_file(bert / "model.safetensors")
    del tensors["bert.encoder.layer.1.output.dense.weight"]
    save_file(tensors, bert / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(MissingWeights, match=r"1 weights are missing.*layer\.1\.output\.dense"):
        named_text_tower(str(bert))


def test_other_formats_of_text_are_refused(bert: Path) -> None:
    (bert / "model.safetensors").rename(bert / "pytorch_model.bin")
    with pytest.raises(MissingWeights, match=r"no \.safetensors file.*save_pretrained"):
        named_text_tower(str(bert))


def test_code_of_a_folder_is_not_run(bert: Path, tmp_path: Path) -> None:
    settings = json.loads((bert / "config.json").read_text())
    settings |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}}
    (bert / "config.json").write_text(json.dumps(settings))
    (bert / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Own: pass\n")
    with pytest.raises(MissingWeights, match="cannot be the text encoder"):
        named_text_tower(str(bert))
    assert not (tmp_path / "ran").exists()


def test_a_tokenizer_that_cannot_serve_is_named(bert: Path) -> None:
    more = BertTokenizer(vocab={p: i for i, p in enumerate([*PIECES, "more"])})
    more.save_pretrained(bert)
    with pytest.raises(MissingWeights, match=f"{len(PIECES) + 1} tokens, its encoder"):
        named_text_tower(str(bert))
    settings = json.loads((bert / "tokenizer_config.json").read_text())
    (bert / "tokenizer_config.json").write_text(json.dumps(settings | {"mask_token": None}))
    with pytest.raises(MissingWeights, match="no mask token"):
        named_text_tower(str(bert))


def test_clip_gives_its_vision_tower(tmp_path: Path) -> None:
    """Pictures and vectors are the library's own: quick GELU, 224 px, its mean and deviation."""
    theirs = tiny_clip(tmp_path / "clip")
    tower = named_image_tower(str(tmp_path / "clip"))
    ours = build_tower(tower.config.tower).eval()
    ours.load_state_dict(tower.state)
    picture = Image.effect_noise((300, 300), 90).convert("RGB")
    pixels = prepare_image(picture, tower.config)[None]
    assert pixels.shape == (1, 3, 224, 224)
    expected = torch.tensor(theirs.visual.image_mean), torch.tensor(theirs.visual.image_std)
    assert torch.tensor(tower.config.mean).allclose(expected[0])
    assert torch.tensor(tower.config.std).allclose(expected[1])
    with torch.no_grad():
        features = tower_features(ours, pixels)
        assert features.pooled.allclose(theirs.encode_image(pixels), atol=1e-6)
    assert features.grid.shape == (1, 49, 16)
    assert "text_cfg" not in tower.config.tower


def test_pickled_clip_is_refused(clip: Path) -> None:
    (clip / WEIGHTS).rename(clip / "open_clip_pytorch_model.bin")
    with pytest.raises(MissingWeights, match=r"unpickled.*save_file\(torch\.load"):
        named_image_tower(str(clip))


def test_what_a_clip_folder_lacks_is_named(clip: Path, bert: Path) -> None:
    with pytest.raises(MissingWeights, match=r"no open_clip_config\.json.*of transformers"):
        named_image_tower(str(bert))
    tensors = load_file(clip / WEIGHTS)
    del tensors["visual.proj"]
    save_file(tensors, clip / WEIGHTS)
    with pytest.raises(MissingWeights, match="1 weights do not fit.*'proj'"):
        named_image_tower(str(clip))
    (clip / WEIGHTS).write_bytes(b"not weights")
    with pytest.raises(MissingWeights, match="damaged or not safetensors"):
        named_image_tower(str(clip))
    (clip / CONFIG).write_text(json.dumps({"model_cfg": {"embed_dim": 16}}))
    with pytest.raises(MissingWeights, match="no model_cfg and preprocess_cfg"):
        named_image_tower(str(clip))
    (clip / WEIGHTS).unlink()
    with pytest.raises(MissingWeights, match=f"no {WEIGHTS}: looked in"):
        named_image_tower(str(clip))


def test_an_absent_name_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match="not a folder here, and not a name of the"):
        model_folder(str(tmp_path / "nowhere"))
    with pytest.raises(MissingWeights, match="hf download someone/nothing --local-dir"):
        named_text_tower("someone/nothing")
    with pytest.raises(MissingWeights, match="hub did not give it"):
        named_image_tower(CLIP)


def test_open_clips_names_are_found_on_the_hub() -> None:
    assert hub_repository(CLIP) == "timm/vit_base_patch32_clip_224.openai"
    assert hub_repository("someone/nothing") is None
