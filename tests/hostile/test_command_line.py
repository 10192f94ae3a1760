"""FAULTS C through the command line, from the file to what is written, and through the reader that
the page shares: bad, odd and hostile tables. Texts, pictures and weights: commands/test_bad_input.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from lfdrt.__main__ import main
from lfdrt.data.intake.read import Intake, read_intake
from lfdrt.labels import EKMAN7
from tests.csv_files import read, write

SAID = ("Ninafurahi sana kukuona leo", "Sipendi chakula hiki kabisa", "Basi limechelewa tena")


@pytest.fixture
def predict(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[list[dict[str, str]], str]]:
    """Rows that are written of a file of this name and content, and what was said of it; no rows
    where it was refused, with one sentence."""

    def run(name: str, content: bytes | str, *more: str) -> tuple[list[dict[str, str]], str]:
        source, out = tmp_path / name, tmp_path / "out.csv"
        out.unlink(missing_ok=True)
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        arguments = ["--checkpoint", str(tiny_folder), "--input", str(source), *more]
        code = main(["predict", *arguments, "--output", str(out)])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        if code == 0:
            return read(out), told.err
        assert code == 2 and not out.exists() and told.err.strip()
        return [], told.err

    return run


Predict = Callable[..., tuple[list[dict[str, str]], str]]

# 2 Encodings: the letters that each would lose if it were taken for another.
ENCODED = {
    "cp1252 fr": ("cp1252", "Je suis très heureux ce matin. Où est le gâteau ? Ça me fait peur"),
    "latin-1 es": ("latin-1", "Mañana será otro día, ¡qué alegría! El niño comió después del baño"),
    "cp1252 pt": ("cp1252", "Não gostei da comida. Amanhã será melhor. Que saudades da avó"),
    "latin-1 fi": ("latin-1", "Tänään olen hyvin iloinen. En pidä tästä ruoasta pöydässä"),
    "cp1252 de": ("cp1252", "Ich habe mich heute über deinen Brief gefreut, schöne Grüße aus Köln"),
    "cp1250 hu": ("cp1250", "Nem értem, miért haragszik rám mindenki. Őszintén szólva félek tőle"),
    "cp1250 pl": ("cp1250", "Dziś jestem bardzo szczęśliwy. Źle się czuję, proszę o pomoc, żółty"),
    "cp1251 ru": ("cp1251", "Сегодня я очень рад тебя видеть. Мне не нравится эта еда совсем"),
    "cp1254 tr": ("cp1254", "Bugün çok mutluyum. Yemeği hiç beğenmedim, ışık söndü, şaşırdım"),
    "utf-16": ("utf-16", "Мин бүген бик шат, дусларым килде. Бу хәбәр мине гаҗәпләндерде"),
    "utf-8-sig": ("utf-8-sig", "أنا سعيد جدا اليوم لأنك هنا يا صديقي"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODED)
def test_no_letter_becomes_another(predict: Predict, name: str) -> None:
    """Or it is asked which encoding it is; what was chosen is taken."""
    encoding, text = ENCODED[name]
    content = "".join(f'"{part}"\r\n' for part in ["text", *[text] * 4]).encode(encoding)
    rows, said = predict("t.csv", content)
    assert [row["text"] for row in rows] == [text] * 4 or "encoding" in said
    rows, _ = predict("u.csv", content, "--read", f"encoding={encoding}")
    assert {row["text"] for row in rows} == {text}


def test_damaged_letters_never_pass_in_silence(predict: Predict) -> None:
    content = "text\n" + "".join(f"{one}\n" for one in SAID) + "Ni\udcff furahi leo\n"
    rows, said = predict("t.csv", content.encode("utf-8", "surrogateescape"))
    assert "encoding" in said and [row["text"] for row in rows][:3] == [*SAID]


# 3-5 and 20 What is above, beside and around a table.
LINES = "".join(f"{one}\n" for one in SAID)
TABLE = "text,remark\n" + "".join(f"{one},joy\n" for one in SAID)
AROUND = {
    "a list of sentences": ("t.txt", LINES),
    "commas in a list": ("t.txt", LINES.replace(" sana", ", sana")),
    "comments above": ("t.csv", f"# exported 2024\n# CC BY\n{TABLE}"),
    "sep=;": ("t.csv", "sep=;\n" + TABLE.replace(",", ";")),
    "a title row": ("t.csv", f"My data,\n,\n{TABLE}"),
    "gzip": ("t.csv.gz", gzip.compress(TABLE.encode())),
    "semicolons": ("t.csv", TABLE.replace(",", ";")),
    "tabs": ("t.csv", TABLE.replace(",", "\t")),
    "another line end": ("t.csv", TABLE.replace("\n", "\r")),
    "no last line end": ("t.csv", TABLE.rstrip()),
    "a header twice": ("t.csv", TABLE.replace("remark", "remark,remark").replace("joy", "joy,joy")),
    "no header": ("t.csv", TABLE.partition("\n")[2]),
    "JSON in JSON": (
        "t.jsonl",
        "".join(json.dumps({"id": n, "data": {"text": s}}) + "\n" for n, s in enumerate(SAID)),
    ),
    "one object in a line": (
        "t.json",
        json.dumps({"about": "x", "rows": [{"text": one} for one in SAID]}),
    ),
    "one object": ("t.json", json.dumps({"rows": [{"text": one} for one in SAID]}, indent=1)),
    "subtitles": (
        "t.srt",
        "".join(
            f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n<i>{one}</i>\n\n"
            for n, one in enumerate(SAID, start=1)
        ),
    ),
}


@pytest.mark.parametrize("name", AROUND)
def test_the_texts_of_a_file_are_predicted_and_nothing_else(predict: Predict, name: str) -> None:
    file, content = AROUND[name]
    rows, said = predict(file, content)
    cells = [[cell.replace(",", "") for cell in row.values()] for row in rows]
    assert [next((c for c in of if c in SAID), None) for of in cells] == [*SAID], said
    assert all(row["label"] for row in rows)


# 6, 7, 11 Languages of rows.
@pytest.mark.parametrize(
    ("tag", "language"),
    [("sw", "sw"), ("swa", "sw"), ("sw-TZ", "sw"), ("Swahili", "sw"), ("swah1253", "sw")],
)  # fmt: skip
def test_a_language_column_is_taken(predict: Predict, tag: str, language: str) -> None:
    rows, _ = predict("t.csv", f"text,lang\nsawa,{tag}\n")
    assert rows[0]["language"] == language and rows[0]["label"]


@pytest.mark.parametrize("tag", ["und", "mul", "zxx", "mis", ""])
def test_a_tag_that_names_no_language_leaves_it_to_be_detected(predict: Predict, tag: str) -> None:
    rows, _ = predict("t.csv", f"text,lang\n{SAID[0]},{tag}\n")
    assert rows[0]["label"], rows[0]["note"]


def test_a_row_without_its_picture_is_read_by_its_text(predict: Predict) -> None:
    rows, _ = predict("t.csv", f"text,image\n{SAID[0]},none.png\n,none.png\n")
    assert rows[0]["label"] and "none.png" in rows[0]["note"]
    assert not rows[1]["label"] and "none.png" in rows[1]["note"]


# 8 Letters in other forms.
FORMS = {
    "Arabic presentation forms": ("الأولاد سعداء جدا لأن العطلة", "ﺍﻷﻭﻻﺩ ﺳﻌﺪﺍﺀ ﺟﺪﺍ ﻷﻥ ﺍﻟﻌﻄﻠﺔ"),
    "tatweel": ("الأولاد سعداء جدا لأن العطلة بدأت", "الأولاد سـعـداء جدا لأن العـــطلة بدأت"),
    "Georgian capitals": ("დღეს ძალიან ბედნიერი ვარ", "ᲓᲦᲔᲡ ᲫᲐᲚᲘᲐᲜ ᲑᲔᲓᲜᲘᲔᲠᲘ ᲕᲐᲠ"),
    "decomposed": ("Nem értem, miért", "Nem e\u0301rtem, mie\u0301rt"),
    "invisible": (SAID[0], "Nina\u200bfura\u00adhi\ufeff sana kuku\u2060ona leo"),
    "full width": ("I am so happy", "Ｉ ａｍ ｓｏ ｈａｐｐｙ"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_form_of_the_letters_changes_no_number(predict: Predict, name: str) -> None:
    (usual, odd), _ = predict("t.csv", "text\n" + "\n".join(FORMS[name]) + "\n")
    assert (usual["text"], odd["text"]) == FORMS[name], "shown as it was typed"
    kept = [column for column in usual if column not in ("text", "note")]
    assert [usual[column] for column in kept] == [odd[column] for column in kept]


# 9, 17 Cells of spreadsheets.
KEPT = "-0.5|+0.25|007|1e3|NA|null|nan|True|3,5|0x10|1_000| a ".split("|")
FORMULAS = "=1+1|+x|-x|@x|＝1+1|＋x|－x|＠x|x;=1+1|x\n=1+1| =1+1".split("|")


def raw(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("cell", KEPT)
def test_a_number_stays_one(predict: Predict, tmp_path: Path, cell: str) -> None:
    rows, _ = predict("t.csv", f'text,value\n"{SAID[0]}","{cell}"\n', "--text-column", "text")
    assert rows[0]["value"] == cell
    assert f",{cell}," in raw(tmp_path / "out.csv").replace('"', "")


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_never_runs_and_comes_back(predict: Predict, tmp_path: Path, cell: str) -> None:
    predict("t.csv", f'text,value\n"{SAID[0]}","{cell}"\n', "--text-column", "text")
    assert f",{cell}," not in raw(tmp_path / "out.csv").replace('"', "")
    (tmp_path / "again.csv").write_bytes((tmp_path / "out.csv").read_bytes())
    assert intake(tmp_path / "again.csv").preview[0].values["value"] == cell


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_an_apostrophe_is_a_letter_where_nobody_puts_them_for_safety(
    predict: Predict, kind: str
) -> None:
    texts = ["'=si ndiyo", "'tis a pity", "'-ku ni kiambishi"]
    file = io.BytesIO()
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for cell in ["text", *texts]:
            book.active.append([cell])
        book.save(file)
    else:
        pq.write_table(pa.table({"text": texts}), file)
    rows, _ = predict(f"t.{kind}", file.getvalue())
    assert [row["text"] for row in rows] == ["''=si ndiyo", "'tis a pity", "''-ku ni kiambishi"], (
        "made safe on the way out, with one more"
    )


# 10 Archives.


def intake(table: Path, images: Path | None = None, scratch: Path | None = None) -> Intake:
    *_, found = read_intake(table, images, labels=EKMAN7.labels, scratch=scratch)
    assert isinstance(found, Intake)
    return found


def test_a_picture_that_leads_out_of_a_zip_is_named(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name in ("../out.png", "/top.png", "C:\\win.png", "good.png"):
            archive.writestr(name, picture.getvalue())
    table = tmp_path / "t.csv"
    table.write_text("text,image\n" + "".join(f"a b,{n}.png\n" for n in ("good", "out")), "utf-8")
    (tmp_path / "scratch").mkdir()
    found = intake(table, tmp_path / "p.zip", tmp_path / "scratch")
    assert found.rows[0].image is not None
    assert found.rows[1].image is not None, "read under a name of ours, and named by the table"
    outside = {path.name for path in tmp_path.iterdir()} - {"p.zip", "t.csv", "scratch"}
    assert not outside and not (tmp_path.parent / "out.png").exists()


# 21 Labels of annotation tools, other languages and none.
@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ('["joy"]', "joy"),
        ("Joy ", "joy"),
        ("alegría", "joy"),
        ("sevinç", "joy"),
        ("furaha", "joy"),
        ("😀", "joy"),
        ("huzuni", "sadness"),
        ("ANGER", "anger"),
    ],
)
def test_a_label_is_taken_for_a_class(tmp_path: Path, label: str, meant: str) -> None:
    path = write(tmp_path / "t.csv", [("text", "label"), *((one, label) for one in SAID)])
    assert {row.label for row in intake(path).rows} == {meant}


def test_what_a_label_was_taken_for_is_said(tmp_path: Path) -> None:
    rows = zip(SAID, ("sevinç", "joy", "hakuna"), strict=True)
    path = write(tmp_path / "t.csv", [("text", "label"), *rows])
    said = " ".join(intake(path).report.warnings)
    assert "taken for classes of the model: 'sevinç' for joy." in said
    assert "do not count in before/after: 'hakuna' (1 rows)" in said


# 15 and options that are none.
@pytest.mark.parametrize(
    "arguments",
    [
        ["predict"],
        ["predict", "--text", "x", "--lang", "xx-nonsense"],
        ["predict", "--text", "x", "--lang", "__"],
        ["predict", "--text", "x", "--family", "elvish"],
        ["predict", "--text", "x", "--prior", "joy=2"],
        ["predict", "--text", "x", "--prior", "joy=nan"],
        ["predict", "--text", "x", "--device", "abacus"],
        ["predict", "--image", "/dev/null"],
        ["predict", "--input", "/none.csv", "--output", "/none/out.csv"],
        ["affinity", "--text", ""],
        ["rethink", "--data", "/none.csv", "--out", "{tmp}/run"],
        ["teach", "--data", "/none.csv", "--out", "{tmp}/run"],
        ["evaluate", "--data", "/none", "--record", "{tmp}/run"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_a_sentence(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    given = [one.format(tmp=tmp_path) for one in arguments]
    place = [] if given[0] == "evaluate" else ["--checkpoint"]
    try:
        code = main([given[0], *place, str(tiny_folder), *given[1:]])
    except SystemExit as ended:  # argparse
        code = ended.code
    told = capsys.readouterr()
    assert code == 2 and told.err.strip() and "Traceback" not in told.err + told.out
