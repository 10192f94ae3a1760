"""Translation models of three families are read, directed and asked in batches."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from lfdrt.encoders.translation import BATCH, TranslationError, Translator, language_token
from lfdrt.runtime import Runtime
from tests.tiny import SENTENCES
from tests.tiny_translation import tiny_m2m100, tiny_marian, tiny_nllb

RUNTIME = Runtime(device=torch.device("cpu"), dtype=torch.float32)
NLLB = ("arb_Arab", "arb_Latn", "eng_Latn", "kor_Hang", "swh_Latn", "zho_Hans", "zho_Hant")


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_nllb(tmp_path_factory.mktemp("nllb"))


@pytest.mark.parametrize(
    ("tokens", "name", "expected"),
    [
        (NLLB, "sw", "swh_Latn"),
        (NLLB, "Swahili", "swh_Latn"),
        (NLLB, "zh", "zho_Hans"),
        (NLLB, "zh-Hant", "zho_Hant"),
        (NLLB, "zho_Hant", "zho_Hant"),
        (NLLB, "ar", "arb_Arab"),
        (NLLB, "ko", "kor_Hang"),
        (("__en__", "__sw__"), "swa", "__sw__"),
        (("en_XX", "tr_TR"), "Turkish", "tr_TR"),
        ((">>cmn_Hans<<", ">>swh<<"), "sw", ">>swh<<"),
        ((">>cmn_Hans<<", ">>swh<<"), "zh", ">>cmn_Hans<<"),
    ],
)
def test_the_models_own_code_of_a_language(
    tokens: tuple[str, ...], name: str, expected: str
) -> None:
    assert language_token(tokens, name) == expected


def test_a_language_that_the_model_lacks_is_named() -> None:
    with pytest.raises(TranslationError, match="no code for Turkish; it knows .*swh_Latn"):
        language_token(NLLB, "tr")
    with pytest.raises(TranslationError, match="not a language"):
        language_token(NLLB, "q-q")


def test_translations_keep_the_order_and_begin_with_their_language(nllb: Path) -> None:
    """Batches are made by length, so the order of the answers is put right again.

    The tiny model never ends by itself; how far it may run is set by the longest text of a batch.
    """
    translator = Translator.load(nllb, RUNTIME, source="en", target="sw")
    assert translator.tokenizer.src_lang == "eng_Latn"
    assert translator.first == translator.tokenizer.convert_tokens_to_ids("swh_Latn")
    texts = [SENTENCES[0][: 5 + i * 5 % 7] for i in range(BATCH + 5)]
    together = [one.text for one in translator.translate(texts)]
    for place in (0, 3, BATCH + 4):
        alone = translator.translate([texts[place]])[0].text
        assert alone and together[place].startswith(alone)
    assert len(set(together)) > 1


def test_every_translation_begins_with_the_token_of_its_language(
    nllb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is all that tells the decoder the language."""
    translator = Translator.load(nllb, RUNTIME, source="en", target="zh")
    generate, said = translator.model.generate, []

    def kept(**inputs: object) -> torch.Tensor:
        said.append(generate(**inputs))
        return said[-1]

    monkeypatch.setattr(translator.model, "generate", kept)
    translator.translate(SENTENCES[:3])
    code = translator.tokenizer.convert_tokens_to_ids("zho_Hans")
    assert said[0][:, 1].tolist() == [code] * 3  # after the token that decoding starts from


def test_empty_texts_stay_empty_and_long_ones_say_that_they_were_cut(nllb: Path) -> None:
    translator = Translator.load(nllb, RUNTIME, source="en", target="sw")
    assert translator.max_tokens == 48
    empty, blank, long, short = translator.translate(["", "  ", "so happy " * 20, "happy"])
    assert (empty.text, empty.cut, blank.text) == ("", False, "")
    assert long.cut and long.text and not short.cut


def test_m2m100_takes_bare_codes(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece", reason="M2M100's tokenizer needs sentencepiece")
    translator = Translator.load(tiny_m2m100(tmp_path), RUNTIME, source="en", target="sw")
    assert translator.tokenizer.src_lang == "en"
    assert translator.first == translator.tokenizer.get_lang_id("sw")
    assert translator.translate(["I am happy"])[0].text


def test_marian_of_many_languages_takes_a_prefix_and_of_one_pair_none(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece", reason="Marian's tokenizer needs sentencepiece")
    many = Translator.load(
        tiny_marian(tmp_path / "many", "swh", "tur"), RUNTIME, source="en", target="sw"
    )
    assert (many.prefix, many.first) == (">>swh<< ", None)
    first = many.tokenizer(many.prefix + "I am").input_ids[0]
    assert first == many.tokenizer.convert_tokens_to_ids(">>swh<<")
    assert many.translate(["I am happy"])[0].text
    one = Translator.load(tiny_marian(tmp_path / "one"), RUNTIME, source="en", target="sw")
    assert (one.prefix, one.first) == ("", None)


def test_folders_that_hold_no_model(tmp_path: Path, nllb: Path) -> None:
    with pytest.raises(TranslationError, match="no config.json"):
        Translator.load(tmp_path, RUNTIME, source="en", target="sw")
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((nllb / name).read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")  # would have to be unpickled
    with pytest.raises(TranslationError, match="safetensors"):
        Translator.load(tmp_path, RUNTIME, source="en", target="sw")
