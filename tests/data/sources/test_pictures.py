"""Texts with pictures: MELD and CH-SIMS with clips, MVSA, folders of pictures, tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from lfdrt.data.records import DataError, LabelledPair
from lfdrt.data.sources.ch_sims import level, read_ch_sims
from lfdrt.data.sources.frames import FOLDER, LONGEST, ClipError, FrameCache, middle_frame
from lfdrt.data.sources.meld import read_meld
from lfdrt.data.sources.mvsa import agreed, read_mvsa
from lfdrt.data.sources.own import read_image_folder, read_tables
from lfdrt.labels import SIMS5
from tests.data.sources.made import MELD_HEADER, clip, parted, picture, write
from tests.data.zips import zipped

RED_GREEN_BLUE = ["red"] * 4 + ["lime"] * 3 + ["blue"] * 4


def colour(path: Path) -> str:
    """The strongest of the three channels in the middle of a picture."""
    with Image.open(path) as image:
        pixel = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    return ("red", "lime", "blue")[pixel.index(max(pixel))]


def meld(folder: Path, *rows: str, split: str = "dev") -> None:
    write(folder / f"{split}_sent_emo.csv", "\n".join([MELD_HEADER, *rows]) + "\n")


def test_meld_with_clips(tmp_path: Path) -> None:
    meld(
        tmp_path,
        '1,"It\u0092s late, no?",A,surprise,negative,0,0,1,1',
        "2,Go.,A,anger,negative,0,1,1,1",
        "3,Stay.,A,joy,positive,0,2,1,1",
        "4,Hm,A,bored,neutral,0,3,1,1",
    )
    clips = tmp_path / "dev" / "dev_splits_complete"
    whole = clip(clips / "dia0_utt0.mp4", RED_GREEN_BLUE)
    (clips / "dia0_utt1.mp4").write_bytes(whole.read_bytes()[:300])
    (clips / "._dia0_utt0.mp4").write_bytes(b"junk of macOS")
    (one,), left_out = parted(read_meld(tmp_path))
    assert (one.text, one.label, one.id) == ("It’s late, no?", "surprise", "dia0_utt0")
    assert (one.language, one.split, one.source) == ("en", "dev", "meld")
    assert one.image is not None and colour(one.image) == "lime"
    assert "dia0" not in one.image.name, "a generated name"
    broken, missing, unknown = left_out
    assert broken.why == missing.why == "clip missing or broken"
    assert "dia0_utt1.mp4 cannot be decoded" in broken.detail and "row 3" in broken.where
    assert "dia0_utt2.mp4 is not there" in missing.detail
    assert (unknown.why, unknown.detail) == ("unknown label", "bored")


def test_meld_without_clips_is_text(tmp_path: Path) -> None:
    meld(tmp_path, "1,Go.,A,anger,negative,0,1,1,1", split="train")
    (one,), _ = parted(read_meld(tmp_path))
    assert (one.image, one.text, one.split) == (None, "Go.", "train")
    with pytest.raises(DataError, match="is MELD there"):
        list(read_meld(picture(tmp_path / "none" / "a.png").parent))


def test_frames_are_kept_and_a_changed_clip_is_read_again(tmp_path: Path) -> None:
    path, cache = clip(tmp_path / "c.mp4", RED_GREEN_BLUE), FrameCache(tmp_path / "frames")
    kept = cache.frame(path)
    stamp = kept.stat().st_mtime_ns
    assert cache.frame(path) == kept and kept.stat().st_mtime_ns == stamp
    other = cache.frame(clip(path, ["blue"] * 30))
    assert other != kept and colour(other) == "blue"
    assert max(Image.open(kept).size) <= LONGEST
    assert not list(cache.folder.glob("*.part"))


def test_one_frame_is_the_middle_one_and_other_files_are_refused(tmp_path: Path) -> None:
    assert middle_frame(clip(tmp_path / "one.mp4", ["red"])).size == (64, 48)
    playlist = tmp_path / "list.mp4"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")
    with pytest.raises(ClipError, match=r"list\.mp4 cannot be decoded"):
        middle_frame(playlist)


@pytest.mark.parametrize(
    ("scores", "label"),
    [
        (("-1.0", "-0.8", "-0.7"), "negative"),
        (("-0.6", "-0.4", "-0.2"), "weakly negative"),
        (("0.0", "-0.0", "0.1"), "neutral"),
        (("0.2", "0.4", "0.6", "0.7"), "weakly positive"),
        (("0.8", "1"), "positive"),
        (("", "nan", "1.2", "x"), None),
    ],
)
def test_five_levels_of_ch_sims(scores: tuple[str, ...], label: str | None) -> None:
    assert {level(score) for score in scores} == {label}
    assert label is None or label in SIMS5.labels


def test_ch_sims(tmp_path: Path) -> None:
    header = "video_id,clip_id,text,label,annotation,mode,label_T,label_A,label_V\n"
    rows = ["video_0001,0001,我很高兴,0.8,Positive,train,1,1,1"]
    rows += [
        "video_0001,2,还可以,0.2,Positive,valid,0,0,0",
        "video_0002,0001,,-1,Negative,test,0,0,0",
    ]
    write(tmp_path / "SIMS" / "label.csv", header + "\n".join(rows) + "\n")
    clip(tmp_path / "SIMS" / "Raw" / "video_0001" / "0001.mp4", RED_GREEN_BLUE)
    clip(tmp_path / "SIMS" / "Raw" / "video_0001" / "0002.mp4", ["blue"] * 2)
    used, left_out = parted(read_ch_sims(tmp_path))
    assert [(one.id, one.label, one.split, one.language) for one in used] == [
        ("video_0001/0001", "positive", "train", "zh"),
        ("video_0001/0002", "weakly positive", "dev", "zh"),
    ]
    assert [colour(one.image) for one in used] == ["lime", "blue"]
    assert {one.image.parent for one in used} == {tmp_path / FOLDER}
    assert [item.why for item in left_out] == ["empty text"]


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        (["positive,positive"], "positive"),
        (["neutral,negative"], "negative"),
        (["positive,neutral"], "positive"),
        (["neutral,neutral"], "neutral"),
        (["negative,positive"], "text and image disagree"),
        (["positive,neutral", "positive,negative", "negative,neutral"], "positive"),
        (["positive,neutral", "neutral,neutral", "negative,neutral"], "annotators disagree"),
        (["happy,neutral"], "unknown label"),
        ([], "unknown label"),
    ],
)
def test_the_rule_of_mvsa(votes: list[str], label: str) -> None:
    assert agreed(votes) == label


def test_mvsa(tmp_path: Path) -> None:
    votes = [
        "1\tpositive,neutral",
        "2\tnegative,positive",
        "3\tneutral,neutral",
        "4\tneutral,neutral",
    ]
    write(tmp_path / "MVSA_Single" / "labelResultAll.txt", "\n".join(["ID\ttext,image", *votes]))
    data = tmp_path / "MVSA_Single" / "data"
    for name in "1234":
        write(data / f"{name}.txt", f"Tweet {name}\n")
    (data / "1.txt").write_bytes("Voilà – café\n".encode("cp1252"))
    for name in "123":
        picture(data / f"{name}.jpg")
    used, left_out = parted(read_mvsa(tmp_path))
    assert [(one.id, one.text, one.label) for one in used] == [
        ("1", "Voilà – café", "positive"),
        ("3", "Tweet 3", "neutral"),
    ]
    assert used[0].image == data / "1.jpg"
    assert [(i.detail, i.why) for i in left_out] == [
        ("2", "text and image disagree"),
        ("4", "no picture"),
    ]


def test_folders_of_pictures(tmp_path: Path) -> None:
    picture(tmp_path / "train" / "Joy" / "1.PNG")
    picture(tmp_path / "val" / "fear" / "2.jpg")
    picture(tmp_path / "3.jpg")
    write(tmp_path / "train" / "Joy" / "notes.txt", "x")
    write(tmp_path / "train" / "Joy" / ".DS_Store", "x")
    used, left_out = parted(read_image_folder(tmp_path))
    assert [(one.label, one.split, one.text, one.language) for one in used] == [
        ("joy", "train", None, None),
        ("fear", "dev", None, None),
    ]
    assert {item.where: item.why for item in left_out} == {
        "3.jpg": "in no class folder",
        "train/Joy/notes.txt": "not a picture",
    }


def test_tables(tmp_path: Path) -> None:
    picture(tmp_path / "p.png")
    picture(tmp_path.parent / "outside.png")
    write(
        tmp_path / "sw.dev.csv",
        "id;text;image;label\n1;Nina furaha;p.png;joy\n2;Sawa;no.png;joy\n"
        "3;Hapana;../outside.png;anger\n4;;p.png;anger\n5;Ndiyo;;\n",
    )
    used, left_out = parted(read_tables(tmp_path))
    assert [(one.id, one.text, one.label, one.language, one.split) for one in used] == [
        ("1", "Nina furaha", "joy", "sw", "dev"),
        ("4", None, "anger", "sw", "dev"),
    ]
    assert [(item.why, item.detail) for item in left_out] == [
        ("no such picture", "no.png"),
        ("no such picture", "../outside.png"),
        ("no label", ""),
    ]
    write(tmp_path / "README.txt", "Made by us.\nIn two lines.\n")
    write(tmp_path / "more.json", '[{"text": "Asante", "label": "joy"}]')
    zipped(tmp_path / "pictures.zip", {"p.png": b"x"})
    used, left_out = parted(read_tables(tmp_path))
    assert [one.text for one in used] == ["Asante", "Nina furaha", None]
    assert [(item.where, item.why) for item in left_out[:2]] == [
        ("README.txt", "texts without labels"),
        ("pictures.zip", "no archive of tables"),
    ]
    write(tmp_path / "t.csv", "a,b\n1,2\n")
    with pytest.raises(DataError, match=r"t\.csv: which of a, b holds the label"):
        list(read_tables(tmp_path))


def test_a_record_has_a_text_or_a_picture() -> None:
    with pytest.raises(ValueError, match="neither a text nor a picture"):
        LabelledPair(
            id="1", text=None, image=None, label="joy", language=None, source="own", split="all"
        )
