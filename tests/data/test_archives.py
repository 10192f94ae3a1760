"""Archives of strangers: their pictures come out under our names, or a sentence does."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from lfdrt.data.archives import CAPS, ArchiveError, Caps, Picture, Skipped, count_files, unpack
from tests.data.zips import patched, png, renamed, zipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def pictures(archive: Path, folder: Path, caps: Caps = CAPS) -> dict[str, bytes]:
    made = [one for one in unpack(archive, folder, caps) if isinstance(one, Picture)]
    assert all(one.path.parent == folder for one in made)
    return {one.names[0]: one.path.read_bytes() for one in made}


def skipped(archive: Path, folder: Path, caps: Caps = CAPS) -> dict[str, str]:
    return {one.name: one.why for one in unpack(archive, folder, caps) if isinstance(one, Skipped)}


def test_pictures_come_out_under_generated_names_with_a_map_back(tmp_path, folder):
    archive = zipped(tmp_path / "a.zip", {"a/b.PNG": png("red"), "c d.png": png("blue")})
    assert pictures(archive, folder) == {"a/b.PNG": png("red"), "c d.png": png("blue")}
    assert sorted(path.name for path in folder.iterdir()) == ["000001.png", "000002.png"]
    assert count_files(archive) == 2


def test_no_name_leads_out_of_the_folder(tmp_path, folder):
    names = ["/etc/a.png", "C:\\b.png", "x\\..\\c.png", "a" * 300 + ".png", "con.png"]
    archive = zipped(tmp_path / "a.zip", {"../../evil.png": png(), **dict.fromkeys(names, png())})
    found = {name.replace("\\", "/") for name in ("../../evil.png", *names)}
    assert set(pictures(archive, folder)) == found
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "out"}


def test_junk_is_passed_over_in_silence_and_other_files_are_named(tmp_path, folder):
    junk = ["__MACOSX/._a.png", ".hidden.png", "x/.ipynb_checkpoints/a.png", "Thumbs.db", "._b.png"]
    rest = {"a.png": png(), "notes.txt": b"x", "inner.zip": b"PK", "dir/": b""}
    archive = zipped(tmp_path / "a.zip", {**dict.fromkeys(junk, png()), **rest})
    assert list(pictures(archive, folder)) == ["a.png"]
    told = skipped(archive, tmp_path)
    assert set(told) == {"notes.txt", "inner.zip"}
    assert "archive inside the archive" in told["inner.zip"]


def test_links_are_not_followed(tmp_path, folder):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        link = zipfile.ZipInfo("a.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert "is a link" in skipped(archive, folder)["a.png"]


def test_encrypted_archives_are_refused(tmp_path, folder):
    archive = patched(zipped(tmp_path / "a.zip", {"a.png": png()}), local=6, central=8, value=b"\1")
    with pytest.raises(ArchiveError, match=r"a\.zip is locked with a password"):
        pictures(archive, folder)


@pytest.mark.parametrize(
    ("caps", "words"),
    [
        ({"files": 1}, "holds 2 files, more than 1"),
        ({"total": 1_500_000}, r"unpacks to more than 1\.5 MB"),
        ({"ratio": 2}, "unpacks to over 2 times its size"),
    ],
)
def test_beyond_a_cap_nothing_is_left(tmp_path, folder, caps, words):
    blank = b"\0" * 2_000_000
    archive = zipped(tmp_path / "a.zip", {"a.png": png(), "b.bmp": blank})
    limits = {"files": 9, "bytes_each": 9_000_000, "total": 9_000_000, "ratio": 9_000} | caps
    with pytest.raises(ArchiveError, match=words):
        pictures(archive, folder, Caps(**limits))
    assert not list(folder.iterdir())


@pytest.mark.parametrize("lie", [False, True])
def test_a_picture_that_is_too_large_is_skipped_also_when_its_size_is_a_lie(tmp_path, folder, lie):
    archive = zipped(tmp_path / "a.zip", {"a.bmp": b"\1" * 5_000, "b.png": png()})
    if lie:
        patched(archive, local=22, central=24, value=(5).to_bytes(4, "little"))
    caps = Caps(files=9, bytes_each=1_000, total=9_000, ratio=9_000)
    assert set(skipped(archive, folder, caps)) == {"a.bmp"}
    assert sorted(path.name for path in folder.iterdir()) == ["000002.png"]


def test_damaged_members_are_skipped_and_damaged_archives_refused(tmp_path, folder):
    archive = zipped(tmp_path / "a.zip", {"a.png": b"x" * 999, "b.png": png()}, zipfile.ZIP_STORED)
    content = archive.read_bytes()
    archive.write_bytes(content.replace(b"x" * 999, b"x" * 998 + b"y"))
    assert "damaged" in skipped(archive, folder)["a.png"]
    archive.write_bytes(content[:200])
    with pytest.raises(ArchiveError, match="damaged, or not a ZIP"):
        pictures(archive, folder)
    with pytest.raises(ArchiveError, match="cannot be opened"):
        pictures(tmp_path / "none.zip", folder)


def test_unusual_compression_is_told(tmp_path, folder):
    archive = zipped(tmp_path / "a.zip", {"a.png": png()}, zipfile.ZIP_LZMA)
    assert "compressed in an unusual way" in skipped(archive, folder)["a.png"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp866", "cp932", "cp437"])
def test_names_without_the_utf_8_flag_are_repaired(tmp_path, folder, encoding):
    name = {"cp866": "фото.png", "cp932": "写真.png"}.get(encoding, "café.png")
    raw = name.encode(encoding)
    stand_in = b"~" * (len(raw) - 4) + b".png"
    archive = renamed(zipped(tmp_path / "a.zip", {stand_in.decode(): png()}), stand_in, raw)
    (found,) = unpack(archive, folder)
    assert isinstance(found, Picture)
    assert name in found.names
    assert encoding not in ("utf-8", "cp437") or found.names[0] == name


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path, folder):
    archive = zipped(tmp_path / "a.zip", {"a.png": png()})
    folder.rmdir()
    with pytest.raises(ArchiveError, match=r"a\.zip cannot be unpacked"):
        pictures(archive, folder)


def test_a_reader_that_stops_leaves_nothing(tmp_path, folder):
    archive = zipped(tmp_path / "a.zip", {"a.png": png(), "b.png": png()})
    source = unpack(archive, folder)
    next(source)
    source.close()
    assert not list(folder.iterdir())
