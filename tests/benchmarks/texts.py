"""Short sentences of several lengths and languages for benchmarks, made from templates."""

from __future__ import annotations

from itertools import islice, product

_TEMPLATES = (
    "{name} is so happy about the {thing} today",
    "I am afraid that the {thing} of {name} is gone for good, and nobody has told me why",
    "Why is {name} angry? The {thing} was late again.",
    "{name} ana furaha sana leo kwa sababu ya {thing}",
    "Estoy muy triste por {name}, que ha perdido {thing} en el camino de vuelta a casa",
    "{name} bugün çok mutlu",
    "{name} sedih sekali karena {thing} itu hilang tadi malam di jalan",
    "{name} は今日とても嬉しいです",
)
_NAMES = ("Amina", "Jonas", "Mei", "Ravi", "Zofia", "Timur", "Aroha", "Nino", "Iker", "Lia", "Omar")
_THINGS = ("bus", "soup", "letter", "house", "song", "dog", "train", "game", "bread", "boat", "map")


def short_texts(count: int) -> list[str]:
    """At most len(templates) x len(names) x len(things) = 968 differ; then they repeat."""
    grid = product(_THINGS, _NAMES, _TEMPLATES)
    texts = [template.format(name=name, thing=thing) for thing, name, template in grid]
    return list(islice((text for _ in range(1 + count // len(texts)) for text in texts), count))
