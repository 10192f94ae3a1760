"""The world map and the family tree as parts of any page, with numbers of languages on both.

worldmap.js draws the map and tree.js the tree, of the packed languages that `route` gives them;
maps and trees of one page show the same language and the same numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.responses import FileResponse
from starlette.routing import Route

from app.page import say
from app.page.html import Html, esc
from app.page.saving import cite_program
from lfdrt.glottolog import PACKED, glottolog
from lfdrt.languages import LANGUAGES, languoids, resolve

ADDRESS = "/atlas.json"
"""Asked for by atlas.js."""
A_DAY = 86_400  # s


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Numbers of languages. values: by glottocode, each with how it is written. signed: 0 is in the
    middle of the colours. source: where the numbers are from, for saved files."""

    title: str
    values: Mapping[str, tuple[float, str]]
    signed: bool = False
    source: str = ""


def layer(
    title: str, values: Mapping[str, tuple[float, str]], *, signed: bool = False, source: str = ""
) -> Layer:
    """values: by whatever `resolve` takes, a glottocode too; of a macrolanguage they stand at the
    language that its code is mostly used for. UserError: a code names no language."""
    placed = {}
    for tag, value in values.items():
        for one in languoids(resolve(tag))[:1]:
            placed[one.code] = value
    return Layer(title=title, values=placed, signed=signed, source=source)


def family_layer(
    title: str,
    values: Mapping[str, tuple[float, str]],
    *,
    signed: bool = False,
    source: str = "",
) -> Layer:
    """values: by the code of a family, which stand at its root in the tree and at all its languages
    on the map; at the one language of a family that is an isolate."""
    placed = {_root(code): value for code, value in values.items()}
    return Layer(title=title, values=placed, signed=signed, source=source)


@cache
def _root(family: str) -> str:
    """Glottocode of what a family of the model is in Glottolog."""
    learned = next(one for one in LANGUAGES.values() if one.family.code == family)
    one = languoids(learned)[0]
    return next(iter(glottolog().lineage(one)), one).code


def on_map(numbers: Layer, said: str) -> Html:
    """A button that takes them to the map and the tree of the page."""
    return Html(
        f'<button type="button" class="on-map" data-on-map="{esc(json.dumps(_told(numbers)))}" '
        f'data-tab="languages" data-tab-name="{esc(say.TAB_LANGUAGES)}">{esc(said)}</button>'
    )


def world_map(name: str, layers: Sequence[Layer] = (), chosen: str = "") -> Html:
    """name: its id. chosen: a glottocode."""
    said = {"counted": say.counted(), "points": say.POINTS, "areas": say.AREAS}
    return _element("world-map", name, say.MAP_TITLE, layers, chosen, {**say.MAP, **said})


def family_tree(name: str, layers: Sequence[Layer] = (), chosen: str = "") -> Html:
    said = {"counted": say.counted()}
    return _element("family-tree", name, say.TREE_TITLE, layers, chosen, {**say.TREE, **said})


def _element(
    kind: str,
    name: str,
    title: str,
    layers: Sequence[Layer],
    chosen: str,
    words: Mapping[str, Any],
) -> Html:
    held = [_told(one) for one in layers]
    source = cite_program(say.ATLAS_SOURCE)
    files = "".join(
        f'<button type="button" data-download="{file}" data-of="{esc(name)}" '
        f'data-name="lfdrt-{esc(name)}.{file}">{esc(say.BUTTONS[file])}</button>'
        for file in ("csv", "svg", "png")
    )
    named = esc(say.GROUP.format(title=title))
    return Html(
        f'<div class="saved" data-title="{esc(title)}" data-source="{esc(source)}">'
        f'<{kind} id="{esc(name)}" data-chosen="{esc(chosen)}" '
        f'data-layers="{esc(json.dumps(held))}" data-words="{esc(json.dumps(words))}"></{kind}>'
        f'<div class="downloads" role="group" aria-label="{named}">{files}</div></div>'
    )


def _told(one: Layer) -> dict[str, Any]:
    return {"title": one.title, "signed": one.signed, "source": one.source, "values": one.values}


def route() -> Route:
    """Of the packed languages, as they are: a browser unpacks them by itself."""

    async def packed(request: object) -> FileResponse:
        headers = {"Content-Encoding": "gzip", "Cache-Control": f"private, max-age={A_DAY}"}
        return FileResponse(PACKED, media_type="application/json", headers=headers)

    return Route(ADDRESS, packed)
