"""GPU memory and time of the baselines on Llama 3.2 and BLIP-2, counted.

    python -m tests.benchmarks.baseline_cost                 (a minute; nothing is downloaded)

A step's peak is 2 bytes a frozen weight, 16 a weight of the adapters (float32, its gradient, Adam's
two moments), and what autograd keeps of the rows that are read at once.

Weights, products and bytes that autograd keeps are counted on the true architectures without
numbers (`paper_counting.py`), by the sizes that their configurations publish. Seconds are products
by a card's peak rate times an assumed share of it (`paper_cost.py`): nothing here ran on a GPU.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoModelForCausalLM, Blip2Config, Blip2Model, LlamaConfig

from lfdrt.baselines.build_whole import add_lora
from lfdrt.baselines.likelihood import ending_loss
from lfdrt.baselines.llama import ROWS
from lfdrt.baselines.pretrained import PAD
from lfdrt.baselines.settings import LoraSettings, settings_of
from lfdrt.labels import EKMAN7
from tests.benchmarks.paper_cost import CARDS, CONTEXT, UTILISATION, full_size
from tests.benchmarks.paper_counting import FLOAT, Kept, count_picture

HALF = 2
"""Bytes of a bfloat16 number, which the frozen weights are kept in."""

QUESTION = 32
"""Tokens of Llama 3's vocabulary around a text: 31 of the prompt for seven emotions, and one of the
label (each of the seven is one token)."""

LLAMAS = {
    "Llama 3.2 1B": LlamaConfig(
        vocab_size=128_256,
        hidden_size=2048,
        intermediate_size=8192,
        num_hidden_layers=16,
        num_attention_heads=32,
        num_key_value_heads=8,
        tie_word_embeddings=True,
    ),
    "Llama 3.2 3B": LlamaConfig(
        vocab_size=128_256,
        hidden_size=3072,
        intermediate_size=8192,
        num_hidden_layers=28,
        num_attention_heads=24,
        num_key_value_heads=8,
        tie_word_embeddings=True,
    ),
}
BLIP2 = Blip2Config(  # vision tower and Q-Former: the library's defaults are BLIP-2's own
    text_config={
        "model_type": "opt",
        "vocab_size": 50_304,
        "hidden_size": 2560,
        "word_embed_proj_dim": 2560,
        "ffn_dim": 10_240,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
    }
)


@dataclass(frozen=True, kw_only=True)
class Training:
    """frozen, learned: weights. kept: bytes that autograd keeps of `rows` rows. flops: of them."""

    frozen: int
    learned: int
    rows: int
    kept: int
    flops: int

    @property
    def lasting(self) -> int:
        """Frozen weights in bfloat16; adapters, their gradients and Adam's two moments in
        float32."""
        return HALF * self.frozen + 4 * FLOAT * self.learned

    @property
    def peak(self) -> int:
        return self.lasting + self.kept


def count_training(
    config: LlamaConfig, lora: LoraSettings, *, rows: int, tokens: int, words: bool
) -> Training:
    """Of one part of a step: `rows` texts of `tokens` tokens, forward and backward.

    words: the loss of a label's one token (`llama`); else the last hidden states (`llama_clip`).
    Keys and values are copied for every query's head, as they are where rows are padded.
    """
    with torch.device("meta"):  # peft cannot turn fake tensors into another format
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
        model = add_lora(model.requires_grad_(False), lora, seed=0)
    with FakeTensorMode():
        _with_shapes_alone(model)
        kept = Kept([*model.parameters(), *model.buffers()])
        with FlopCounterMode(display=False) as counter:
            with torch.autocast("cpu", torch.bfloat16), kept.watching():
                if words:
                    loss = ending_loss(model, [(range(tokens - 1), (1,))] * rows, PAD)
                else:
                    ids = torch.zeros(rows, tokens, dtype=torch.int64)
                    states = model.get_base_model().model(input_ids=ids, use_cache=False)[0]
                    loss = states[:, -1].float().sum()
            loss.backward()
    learned = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return Training(
        frozen=sum(p.numel() for p in model.parameters()) - learned,
        learned=learned,
        rows=rows,
        kept=kept.bytes,
        flops=counter.get_total_flops(),
    )


def _with_shapes_alone(model: nn.Module) -> None:
    """Turns weights of the meta device into fake ones; tied ones stay tied."""
    made: dict[int, nn.Parameter] = {}
    for module in model.modules():
        for name, p in module._parameters.items():
            if p is not None:
                new = nn.Parameter(torch.empty(p.shape, dtype=p.dtype), p.requires_grad)
                module._parameters[name] = made.setdefault(id(p), new)
        for name, b in module._buffers.items():
            if b is not None:
                module._buffers[name] = torch.empty(b.shape, dtype=b.dtype)


def cache_bytes(config: LlamaConfig, *, rows: int, tokens: int) -> int:
    """Keys and values of prompts: 2 x layers x key heads x head width, in bfloat16, a token."""
    width = config.hidden_size // config.num_attention_heads
    return HALF * 2 * config.num_hidden_layers * config.num_key_value_heads * width * rows * tokens


def weights_of(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def llama() -> None:
    llama, both = settings_of("llama"), settings_of("llama_clip")
    trained, read = QUESTION + llama.learn_tokens, QUESTION + llama.max_tokens
    print("| model | weights | adapters | lasting | llama: a step's peak | llama_clip: a step's |")
    print("|---|---|---|---|---|---|")
    counts: dict[str, tuple[Training, Training]] = {}
    for name, config in LLAMAS.items():
        alone = count_training(config, llama.lora, rows=ROWS, tokens=trained, words=True)
        beside = count_training(
            config, both.lora, rows=both.rows, tokens=both.learn_tokens, words=False
        )
        counts[name] = alone, beside
        print(
            f"| {name} | {alone.frozen / 1e6:,.0f} M | {alone.learned / 1e6:.2f} M "
            f"| {alone.lasting / 1e9:.1f} GB | {alone.peak / 1e9:.1f} GB (parts of {ROWS} rows) "
            f"| {beside.peak / 1e9:.1f} GB ({both.rows} rows) |"
        )
    print(f"\n| model | a prompt's cache | reading {ROWS} prompts | if labels had several tokens |")
    print("|---|---|---|---|")
    for name, config in LLAMAS.items():
        one = cache_bytes(config, rows=1, tokens=read)
        least = HALF * counts[name][0].frozen + ROWS * one
        most = least + len(EKMAN7) * ROWS * one
        print(f"| {name} | {one / 1e6:.0f} MB | {least / 1e9:.1f} GB | {most / 1e9:.1f} GB |")
    _cards(counts)


def _cards(counts: dict[str, tuple[Training, Training]]) -> None:
    settings = settings_of("llama")
    print(f"\n| card | memory | {' | '.join(f'{n}, {settings.steps} steps' for n in LLAMAS)} |")
    print("|---|---|" + "---|" * len(LLAMAS))
    for card, about in CARDS.items():
        cells = []
        for alone, beside in counts.values():
            flops = (alone.flops * settings.rows / ROWS, beside.flops)
            hours = [f * settings.steps / about.rate / UTILISATION / 3600 for f in flops]
            fits = max(alone.peak, beside.peak) + CONTEXT <= about.memory
            cells.append(
                f"llama {hours[0]:.2f} h, llama_clip {hours[1]:.2f} h" if fits else "does not fit"
            )
        print(f"| {card} | {about.memory / 1e9:.0f} GB | {' | '.join(cells)} |")


def blip2() -> None:
    with torch.device("meta"):
        model = Blip2Model(BLIP2).eval().requires_grad_(False)
    with FakeTensorMode(), torch.no_grad():
        _with_shapes_alone(model)
        parts = {
            "vision tower": weights_of(model.vision_model),
            "Q-Former and queries": weights_of(model.qformer) + model.query_tokens.numel(),
            "language model": weights_of(model.language_model),
        }
        with FlopCounterMode(display=False) as picture:
            model.get_qformer_features(torch.zeros(1, 3, 224, 224))
        with FlopCounterMode(display=False) as text:
            model.language_model.base_model(torch.zeros(1, 40, dtype=torch.int64))
        whole = weights_of(model)
    for name, count in parts.items():
        print(f"BLIP-2's {name}: {count / 1e6:,.0f} M weights")
    print(f"BLIP-2 whole: {whole / 1e6:,.0f} M, {HALF * whole / 1e9:.1f} GB in bfloat16")
    print(
        f"a picture {picture.get_total_flops() / 1e9:,.0f} GFLOP, a text of 40 tokens "
        f"{text.get_total_flops() / 1e9:,.0f} GFLOP"
    )


def main() -> None:
    llama()
    print()
    blip2()
    print(f"CLIP ViT-B/32: a picture {count_picture(full_size()) / 1e9:.1f} GFLOP")


if __name__ == "__main__":
    main()
