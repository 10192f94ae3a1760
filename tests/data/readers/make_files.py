"""Writes the made-up files of `tests/data/files/`, one of each kind that is read.

    python tests/data/readers/make_files.py

The sentences are this project's own. `t.xls` was written once, with xlwt.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

FOLDER = Path(__file__).parents[1] / "files"
SAID = (
    "Ninafurahi sana kukuona leo",
    "Sipendi chakula hiki, kina chumvi",
    "Asante kwa msaada wako",
)
LABELS = ("joy", "disgust", "neutral")
ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Maneno">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""
MANIFEST = """<?xml version="1.0"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry
 manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""
CSV = "text,label\r\n" + "".join(
    f'"{said}",{label}\r\n' for said, label in zip(SAID, LABELS, strict=True)
)


def main() -> None:
    for name, content in made().items():
        (FOLDER / name).write_bytes(content.encode() if isinstance(content, str) else content)


def made() -> dict[str, str | bytes]:
    pairs = list(zip(SAID, LABELS, strict=True))
    csv = CSV.encode()
    return {
        "list.txt": f"{SAID[0]}\n\n{SAID[1]}\n{SAID[2]}\n",
        "one_column.csv": "\n".join(f'"{one}"' for one in SAID) + "\n",
        "t.csv": CSV,
        "t.tsv": "text\tlabel\n" + "".join(f"{said}\t{label}\n" for said, label in pairs),
        "t.csv.gz": gzip.compress(csv, mtime=0),
        "t.csv.bz2": bz2.compress(csv),
        "t.csv.zst": zstandard.compress(csv),
        "several.zip": zipped({"a/one.csv": csv, "a/two.csv": csv, "__MACOSX/._one.csv": b"x"}),
        "t.xlsx": workbook(),
        "t.xlsb": binary_workbook(pairs),
        "t.ods": open_document([("text", "label"), *pairs]),
        "t.parquet": parquet(),
        "paragraphs.docx": document(table=False),
        "table.docx": document(table=True),
        "film.srt": "".join(
            f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\n{cue}\n\n"
            for i, cue in enumerate(cues(), 1)),
        "film.vtt": "WEBVTT\n\n" + "".join(
            f"00:0{i}.000 --> 00:0{i}.900\n<v Ada>{cue}\n\n" for i, cue in enumerate(cues(), 1)),
        "film.ass": "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, "
        "Style, Name, MarginL, MarginR, MarginV, Effect, Text\n" + "".join(
            f"Dialogue: 0,0:00:0{i}.00,0:00:0{i}.90,Default,,0,0,0,,{{\\i1}}{cue}\n"
            for i, cue in enumerate([one.replace("\n", "\\N") for one in cues()], 1)),
        "t.jsonl": "".join(json.dumps({"text": a, "label": b}) + "\n" for a, b in pairs),
        "doccano.jsonl": "".join(
            json.dumps({"id": i, "text": a, "label": [b], "Comments": []}) + "\n"
            for i, (a, b) in enumerate(pairs)),
        "label_studio.json": json.dumps([
            {"id": i, "data": {"text": a, "image": f"/data/upload/3/a1b2c3d{i}-picha{i}.png"},
             "annotations": [{"result": [{"from_name": "label", "to_name": "text",
                              "type": "choices", "value": {"choices": [b]}}]}], "predictions": []}
            for i, (a, b) in enumerate(pairs)], indent=1),
        "label_studio_min.json": json.dumps(
            [{"text": a, "label": b, "annotation_id": i, "annotator": 1}
             for i, (a, b) in enumerate(pairs)]),
        "label_studio.csv": "annotation_id,annotator,lead_time,text,label\n" + "".join(
            f'{i},1,2.5,"{a}","{{""choices"": [""{b}""]}}"\n' for i, (a, b) in enumerate(pairs)),
        "treebank.conllu": "".join(
            f"# sent_id = s{i}\n# text = {a}\n# sentiment = {b}\n"
            + "".join(f"{n}\t{w}\t_\tX\t_\t_\t0\troot\t_\t_\n" for n, w in enumerate(a.split(), 1))
            + "\n" for i, (a, b) in enumerate(pairs)),
        "examples.csv": "ID,Language_ID,Primary_Text,Analyzed_Word,Translated_Text\n" + "".join(
            f'{i},swah1253,"{a}",x,I said something long in English here {i}\n'
            for i, a in enumerate(SAID)),
        "talk.cha": "@UTF8\n@Begin\n@Languages:\tswa\n@Participants:\tCHI Juma Target_Child, MOT "
        "Ada Mother\n@ID:\tswa|made|CHI|||||Target_Child|||\n@ID:\tswa|made|MOT|||||Mother|||\n"
        "*MOT:\tninafurahi sana kukuona leo .\n%mor:\tv|furahi adv|sana v|ona adv|leo .\n"
        "*CHI:\t&-um (..) sipendi chakula [: chakura] hiki !\n*CHI:\txxx .\n"
        "*MOT:\tasante kwa msaada wako .\n@End\n",
        "talk.TextGrid": textgrid().encode("utf-16"),
        "talk.eaf": eaf(),
        "elan_tab.txt": "".join(
            f"maneno\tAda\t00:00:0{i}.000\t{i}.0\t00:00:0{i}.900\t{i}.9\t{a}\n"
            for i, a in enumerate(SAID)),
        "whatsapp.txt": "13/06/2024, 18:00 - Messages and calls are end-to-end encrypted.\n"
        f"13/06/2024, 18:00 - Ada: {SAID[0]}\n13/06/2024, 18:01 - Bob: <Media omitted>\n"
        f"13/06/2024, 18:02 - Bob: {SAID[1][:21]}\n{SAID[1][22:]}\n"
        f"13/06/2024, 18:03 - Ada: {SAID[2]}\n",
        "telegram.json": json.dumps({"name": "Ada", "type": "personal_chat", "id": 1, "messages": [
            {"id": 0, "type": "service", "date": "2024-06-13T18:00:00", "text": ""},
            *({"id": i, "type": "message", "date": "2024-06-13T18:01:00", "from": "Ada",
               "text": [a[:5], {"type": "bold", "text": a[5:]}]} for i, a in enumerate(SAID, 1)),
            {"id": 9, "type": "message", "date": "2024-06-13T18:02:00", "photo": "x", "text": ""},
        ]}, indent=1),
        "form.csv": '"Timestamp","Eleza jinsi ulivyojisikia,\nna kwa nini?","Feeling","Feeling",'
        '"Email Address"\n' + "".join(
            f'2024/06/01 6:08:08 PM,"{a}",{b},{b},a{i}@example.org\n'
            for i, (a, b) in enumerate(pairs)),
    }  # fmt: skip


def cues() -> list[str]:
    first, second = SAID[1].split(", ")
    return [SAID[0], f"{first},\n<i>{second}</i>", f"♪ {SAID[2]} ♪", "♪ ♪"]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, packed)
    return buffer.getvalue()


def workbook() -> bytes:
    """A title, an empty row, a header that repeats a name, a label cell merged over two rows."""
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Maneno")
    sheet.append([])
    sheet.append(["Maneno yetu 2024"])
    sheet.append(["text", "label", "label"])
    for said in SAID:
        sheet.append([said, None, "x"])
    sheet["B4"], sheet["B6"] = "joy", "neutral"
    sheet.merge_cells("B4:B5")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def binary_workbook(pairs: list[tuple[str, str]]) -> bytes:
    """BIFF12 ([MS-XLSB]) by hand, since no library writes it: a sheet, strings shared, a label as a
    string of its own cell."""
    texts = [cell for row in [("text", "label"), *pairs] for cell in row]
    rows = b""
    for place, text in enumerate(texts):
        row, column = divmod(place, 2)
        if column == 0:  # BrtRowHdr
            rows += record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0))
        cell = struct.pack("<II", column, 0)
        own = row > 0 and column == 1  # BrtCellSt, else BrtCellIsst
        rows += record(6, cell + wide(text)) if own else record(7, cell + struct.pack("<I", place))
    size = struct.pack("<IIII", 0, len(pairs), 0, 1)
    sheet = record(129) + record(148, size) + record(145) + rows + record(146) + record(130)
    shared = b"".join(record(19, b"\0" + wide(text)) for text in texts)
    count = struct.pack("<II", len(texts), len(texts))
    named = struct.pack("<II", 0, 1) + wide("rId1") + wide("Maneno")
    book = record(131) + record(143) + record(156, named) + record(144) + record(132)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped({
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": (
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>').encode(),
        "xl/worksheets/sheet1.bin": sheet,
        "xl/sharedStrings.bin": record(159, count) + shared + record(160)})  # fmt: skip


def record(kind: int, content: bytes = b"") -> bytes:
    """Kind and length in sevens of bits, the lowest first."""
    return sevens(kind) + sevens(len(content)) + content


def sevens(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + sevens(rest) if rest else bytes([low])


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def open_document(rows: Iterable[Sequence[str]]) -> bytes:
    """A sheet of an OpenDocument spreadsheet; its cells are put in as XML."""

    def cell(text: str) -> str:
        said = f"<text:p>{text}</text:p>"
        return f'<table:table-cell office:value-type="string">{said}</table:table-cell>'

    lines = (f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    return zipped({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": ODS.format(rows="".join(lines)).encode(),
        "META-INF/manifest.xml": MANIFEST.encode()})  # fmt: skip


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": list(SAID), "label": list(LABELS)}), buffer)
    return buffer.getvalue()


def document(*, table: bool) -> bytes:
    made = docx.Document()
    if table:
        made.add_paragraph("Maneno yetu")
        rows = made.add_table(rows=0, cols=2)
        for pair in [("text", "label"), *zip(SAID, LABELS, strict=True)]:
            for cell, text in zip(rows.add_row().cells, pair, strict=True):
                cell.text = text
    else:
        for said in (SAID[0], "", *SAID[1:]):
            made.add_paragraph(said)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def textgrid() -> str:
    def tier(place: int, name: str, texts: list[str]) -> str:
        head = f'    item [{place}]:\n        class = "IntervalTier"\n        name = "{name}"\n'
        head += f"        xmin = 0\n        xmax = {len(texts)}\n"
        head += f"        intervals: size = {len(texts)}\n"
        return head + "".join(
            f"        intervals [{i + 1}]:\n            xmin = {i}\n            xmax = {i + 1}\n"
            f'            text = "{text}"\n'
            for i, text in enumerate(texts)
        )

    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 4\n'
    head += "tiers? <exists>\nsize = 2\nitem []:\n"
    return head + tier(1, "sauti", list("nisa")) + tier(2, "maneno", [SAID[0], "", *SAID[1:]])


def eaf() -> str:
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{i}" TIME_VALUE="{i * 1000}"/>' for i in range(4))
    said = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{i}" TIME_SLOT_REF1="ts{i}" '
        f'TIME_SLOT_REF2="ts{i + 1}"><ANNOTATION_VALUE>{a}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>"
        for i, a in enumerate(SAID)
    )
    gloss = "".join(
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="g{i}" ANNOTATION_REF="a{i}">'
        f"<ANNOTATION_VALUE>g{i}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
        for i in range(3)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT AUTHOR="" '
        'DATE="2024-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0"><HEADER MEDIA_FILE="" '
        f'TIME_UNITS="milliseconds"/><TIME_ORDER>{slots}</TIME_ORDER>'
        f'<TIER LINGUISTIC_TYPE_REF="lt" TIER_ID="maneno">{said}</TIER>'
        f'<TIER LINGUISTIC_TYPE_REF="lt" PARENT_REF="maneno" TIER_ID="gloss">{gloss}</TIER>'
        "</ANNOTATION_DOCUMENT>\n"
    )


if __name__ == "__main__":
    main()
