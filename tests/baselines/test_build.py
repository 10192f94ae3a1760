"""Encoders by name: BERT, XLM-R and CLIP as their own libraries save them, tiny and random."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import open_clip
import pytest
import torch
from PIL import Image
from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

from lfdrt.baselines.base import BOTH, IMAGE, TEXT
from lfdrt.baselines.build import BUILDERS, build_encoders
from lfdrt.baselines.settings import BaselineSettings, settings_of
from lfdrt.encoders.clip_text import named_clip_text
from lfdrt.encoders.hub import MissingWeights
from lfdrt.encoders.image import prepare_image
from lfdrt.encoders.named import named_image_tower
from lfdrt.runtime import resolve_runtime
from tests.encoders.tiny_named import tiny_bert, tiny_clip
from tests.tiny import SENTENCES, tiny_tokenizer
from tests.tiny_towers import tiny_towers

CPU = resolve_runtime("cpu", "float32")
WORDS = 49_408
"""Of CLIP's own vocabulary, which its text tower must have room for."""


def encoders(settings: BaselineSettings, towers: Path = Path("none")) -> list:
    return [e.eval() for e in build_encoders(settings, towers, CPU)]


def test_mbert_is_the_mean_of_its_last_layer(tmp_path: Path) -> None:
    """Against transformers' own model, texts one by one, without padding."""
    bert = tiny_bert(tmp_path / "bert").bert
    settings = replace(settings_of("mbert", text=str(tmp_path / "bert")), frozen_layers=1)
    (text,) = encoders(settings)
    assert text.reads == TEXT and text.width == 32 and text.learns
    texts = ["How nice!", "no"]
    with torch.inference_mode():
        found = text(texts)
        for one, vector in zip(texts, found, strict=True):
            ids = torch.tensor([text._reading.encode([one])[0].ids])
            expected = bert(input_ids=ids).last_hidden_state[0].mean(dim=0)
            torch.testing.assert_close(vector, expected, atol=1e-5, rtol=1e-4)


def test_texts_are_cut_shorter_while_the_encoder_learns(tmp_path: Path) -> None:
    """Two texts that differ in their last word alone are then the same."""
    tiny_towers(tmp_path / "towers")
    settings = replace(settings_of("mbert", stand_in="compact"), learn_tokens=8)
    (text,) = encoders(settings, tmp_path / "towers")
    glad, afraid = (f"{SENTENCES[0]} {word}" for word in ("glad", "afraid"))
    with torch.inference_mode():
        assert not torch.allclose(text([glad]), text([afraid]))
        text.train()
        torch.testing.assert_close(text([glad]), text([afraid]))


def test_xlmr_is_read_from_its_folder(tmp_path: Path) -> None:
    config = XLMRobertaConfig(
        vocab_size=400,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=66,
        pad_token_id=1,
    )
    torch.manual_seed(0)
    XLMRobertaModel(config).save_pretrained(tmp_path / "xlmr")
    PreTrainedTokenizerFast(
        tokenizer_object=tiny_tokenizer(), pad_token="<pad>", mask_token="<mask>", unk_token="<unk>"
    ).save_pretrained(tmp_path / "xlmr")
    settings = replace(settings_of("xlmr", text=str(tmp_path / "xlmr")), frozen_layers=1)
    (text,) = encoders(settings)
    with torch.inference_mode():
        short, long = text(["I am so happy", "word " * 200])  # 64 positions; longer texts are cut
    assert torch.isfinite(short).all() and torch.isfinite(long).all()
    frozen = [p for p in text.encoder.layers()[0].parameters()]
    assert not any(p.requires_grad for p in frozen)
    assert all(p.requires_grad for p in text.encoder.layers()[1].parameters())


def test_clip_reads_pictures_and_english(tmp_path: Path) -> None:
    """Against open_clip's own model."""
    model = tiny_clip(tmp_path / "clip", words=WORDS)
    text, image = encoders(settings_of("clip", image=str(tmp_path / "clip")))
    assert (text.reads, image.reads) == (TEXT, IMAGE) and not (text.learns or image.learns)
    assert text.reads_language("en") and not text.reads_language("fi")
    picture = Image.new("RGB", (50, 30), "teal")
    pixels = prepare_image(picture, named_image_tower(str(tmp_path / "clip")).config)[None]
    ids = open_clip.SimpleTokenizer(context_length=8)(["a sad cat"])
    with torch.inference_mode():
        torch.testing.assert_close(image([picture]), model.encode_image(pixels))
        torch.testing.assert_close(text(["a sad cat"]), model.encode_text(ids))


def test_a_text_tower_that_is_not_clips_is_refused(tmp_path: Path) -> None:
    tiny_clip(tmp_path / "clip")
    with pytest.raises(MissingWeights, match="vocabulary is smaller than CLIP's"):
        named_clip_text(str(tmp_path / "clip"))


def test_m2sa_reads_both(tmp_path: Path) -> None:
    tiny_bert(tmp_path / "bert")
    tiny_clip(tmp_path / "clip")
    named = {"text": str(tmp_path / "bert"), "image": str(tmp_path / "clip")}
    text, image = encoders(replace(settings_of("m2sa", **named), frozen_layers=1))
    assert text.learns and not image.learns and image.width == 16


def test_missing_weights_offer_the_stand_in(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"not a folder here.*Or pass --stand-in compact"):
        encoders(settings_of("mbert", text=str(tmp_path / "nowhere")))


@pytest.mark.parametrize("name", BUILDERS)
def test_the_stand_in_takes_the_place_of_every_tower(name: str, tmp_path: Path) -> None:
    tiny_towers(tmp_path / "towers")
    made = encoders(settings_of(name, stand_in="compact"), tmp_path / "towers")
    kinds = {"clip": [IMAGE], "m2sa": [TEXT, IMAGE]}.get(name, [TEXT])
    assert [e.reads for e in made] == kinds and BOTH not in kinds


@pytest.mark.parametrize(
    ("system", "given", "says"),
    [
        ("bert", {}, "no baseline 'bert'; there are mbert, xlmr"),
        ("mbert", {"stand_in": "large"}, "no stand-in 'large'; there is compact"),
        ("mbert", {"stand_in": "compact", "text": "x"}, "takes the place of named weights"),
        ("mbert", {"image": "x"}, "mbert has no image encoder: leave out --image-encoder"),
        ("clip", {"text": "x"}, "clip has no text encoder: leave out --text-encoder"),
    ],
)
def test_contradictory_settings_are_refused(system: str, given: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        settings_of(system, **given)
