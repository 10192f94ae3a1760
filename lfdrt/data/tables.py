"""A person's table as rows of text: CSV, TSV, JSON lines or XLSX, read lazily in constant memory.

The whole file is checked before the first row is handed out, so work never stops half-way at a
bad row. Every cell stays the text it is in the file: `NA`, `null`, `nan`, `007`. It does not know
images, languages, label sets or what a column is used for.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

import openpyxl
from openpyxl.workbook import Workbook

from lfdrt.data.export import restore
from lfdrt.data.texts import EncodingError, detect_encoding

MAX_ROWS = 1_000_000
MAX_BYTES = 200_000_000
MAX_COLUMNS = 1_000
MAX_CLASSES = 50
MAX_CELL = 131_072  # characters: csv's own limit, held in every format so exports can be read

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_NO_DELIMITER = "\x1f"  # a table of one column has none, and csv.reader insists on one
_SNIFFED = 65_536  # characters
_SHEET_ROWS = 1_048_576  # Excel's limit; a forged row number would make openpyxl count up to it
_NAMED = 5  # bad rows that a message names


class TableError(ValueError):
    """A table that cannot be used; the message names the file, the row and what to do."""


@dataclass(frozen=True)
class Row:
    """number: as a spreadsheet counts, the header being row 1; in JSON lines, the line."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class _BadRow:
    number: int
    why: str


@dataclass(frozen=True)
class Layout:
    """How the bytes are to be read; encoding and delimiter are None where there is none.

    quoted: whether a double quote at the start of a cell opens a quoted cell
    """

    kind: Literal["delimited", "jsonl", "xlsx"]
    encoding: str | None = None
    delimiter: str | None = None
    quoted: bool = True


@dataclass(frozen=True)
class Table:
    """A checked table; iterating reads the file again, one row at a time.

    text_column, image_column, lang_column: as the caller chose, else None (`guess_columns`)
    warnings: sentences for the person who gave the table
    """

    path: Path
    layout: Layout
    columns: tuple[str, ...]
    row_count: int
    warnings: tuple[str, ...]
    text_column: str | None
    image_column: str | None
    lang_column: str | None

    @property
    def encoding(self) -> str | None:
        return self.layout.encoding

    @property
    def delimiter(self) -> str | None:
        return self.layout.delimiter

    def __iter__(self) -> Iterator[Row]:
        for row in _rows(self.path, self.layout):
            if isinstance(row, _BadRow):
                raise TableError(f"{self.path.name} changed while it was read. Start again.")
            yield Row(row.number, {name: row.values.get(name, "") for name in self.columns})


def open_table(
    path: Path,
    *,
    text_column: str | None = None,
    image_column: str | None = None,
    lang_column: str | None = None,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
) -> Table:
    """Finds encoding, format and columns, and checks every row. Raises TableError.

    Nothing in the file is executed: of a formula only the result stored beside it is read. An
    XLSX keeps its shared strings in memory; every other format is read in constant memory.
    """
    try:
        layout, warnings = _found_layout(path, max_bytes)
        layout, columns, row_count = _surveyed(path, layout, max_rows)
        chosen = [_chosen(name, columns) for name in (text_column, image_column, lang_column)]
    except OSError as error:
        raise TableError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path.name}: not every character is valid {error.encoding}. Save it as UTF-8."
        ) from error
    except (TableError, EncodingError) as error:
        raise TableError(f"{path.name}: {error}") from error
    if not layout.quoted:
        warnings.append(
            "Its double quotes do not pair up, so they are read as ordinary characters."
        )
    if row_count == 0:
        warnings.append("The table has a header but no rows.")
    return Table(path, layout, columns, row_count, tuple(warnings), *chosen)


def _found_layout(path: Path, max_bytes: int) -> tuple[Layout, list[str]]:
    if not path.is_file():
        raise TableError("there is no such file. Check its name and its folder.")
    if path.stat().st_size > max_bytes:
        raise TableError(f"larger than the limit of {max_bytes / 1e6:,.1f} MB. Split it.")
    with path.open("rb") as stream:
        magic = stream.read(8)
    if magic.startswith(b"PK\x03\x04"):
        return Layout("xlsx"), _checked_workbook(path, max_bytes)
    if magic.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise TableError("not a table of text (or an old or locked .xls). Save it as CSV or .xlsx.")
    encoding = detect_encoding(path)
    with path.open(encoding=encoding.name, newline="") as stream:
        head = stream.read(_SNIFFED)
    if not head.strip():
        raise TableError("the file is empty. It needs a header row with the column names.")
    warnings = []
    if encoding.guessed:
        warnings.append(
            f"The file is not UTF-8; its encoding is taken to be {encoding.name}. Check in the "
            "preview that letters with accents look right, or save it again as UTF-8."
        )
    if head.lstrip().startswith("{") or path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        if head.lstrip().startswith("["):
            raise TableError("one JSON list. Save it as JSON lines, one object on each line.")
        return Layout("jsonl", encoding.name), warnings
    return Layout("delimited", encoding.name, _sniffed_delimiter(head)), warnings


def _sniffed_delimiter(head: str) -> str | None:
    """The delimiter by which most records have the header's number of cells; None: one column."""
    best: tuple[float, int, str | None] = (0.0, 1, None)
    for delimiter in _DELIMITERS:
        records = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        counts = [len(fields) for fields in records if fields]
        if len(head) == _SNIFFED and len(counts) > 1:
            counts.pop()  # cut off by the sample
        if counts[0] > 1:
            share = counts.count(counts[0]) / len(counts)
            best = max(best, (share, counts[0], delimiter), key=lambda found: found[:2])
    return best[2]


def _surveyed(path: Path, layout: Layout, max_rows: int) -> tuple[Layout, tuple[str, ...], int]:
    """Layout, columns and number of rows, after every row was read once.

    Tab-separated and one-column files are often written without any quoting, so one that breaks
    the rules of quotes is tried as such.
    """
    try:
        return layout, *_survey(path, layout, max_rows)
    except TableError:
        if layout.kind != "delimited" or layout.delimiter not in ("\t", None):
            raise
        try:
            unquoted = replace(layout, quoted=False)
            return unquoted, *_survey(path, unquoted, max_rows)
        except TableError:
            pass
        raise


def _survey(path: Path, layout: Layout, max_rows: int) -> tuple[tuple[str, ...], int]:
    columns = dict.fromkeys(_first_names(path, layout))
    count, bad = 0, []
    for row in _rows(path, layout):
        count += 1
        if count > max_rows:
            raise TableError(f"more than {max_rows:,} rows, the limit. Split the file.")
        if isinstance(row, _BadRow):
            bad.append(f"row {row.number} ({row.why})" if len(bad) < _NAMED else "")
        elif not row.values.keys() <= columns.keys():
            columns |= dict.fromkeys(row.values)
            _check_width(len(columns))
    if bad:
        more = f" and {len(bad) - _NAMED:,} more" if len(bad) > _NAMED else ""
        raise TableError(
            f"{len(bad):,} of {count:,} rows cannot be read: {', '.join(bad[:_NAMED])}{more}. "
            + _hint(layout)
        )
    _check_width(len(columns))
    return tuple(columns), count


def _check_width(columns: int) -> None:
    if not 0 < columns <= MAX_COLUMNS:
        raise TableError(f"{columns:,} columns. Give it 1 to {MAX_COLUMNS:,}.")


def _hint(layout: Layout) -> str:
    if layout.kind == "jsonl":
        return 'Each line must be one JSON object, such as {"text": "…"}.'
    if layout.kind == "xlsx":
        return "Name every column in the header, or clear the cells outside them."
    sign = _DELIMITERS.get(layout.delimiter or "", "line end")
    return f"Put double quotes round a cell that contains a {sign}."


def _first_names(path: Path, layout: Layout) -> tuple[str, ...]:
    """The header; () for JSON lines, whose columns are the keys of all lines."""
    if layout.kind == "jsonl":
        return ()
    first = next(_cells(path, layout), None)
    if first is None:
        raise TableError("the table is empty. It needs a header row with the column names.")
    return _header(first[1])


def _header(cells: list[str]) -> tuple[str, ...]:
    _check_width(len(cells))
    names = tuple(_trimmed(name) for name in cells)
    if "" in names:
        raise TableError(f"column {names.index('') + 1} has no name. Name it in the header.")
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise TableError(f"two columns are called {repeated!r}. Rename one of them.")
    return names


def _trimmed(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip("\ufeff \t\r\n\xa0"))


def _chosen(name: str | None, columns: tuple[str, ...]) -> str | None:
    if name is not None and (name := _trimmed(name)) not in columns:
        raise TableError(f"no column is called {name!r}. Its columns are: {', '.join(columns)}.")
    return name


def _rows(path: Path, layout: Layout) -> Iterator[Row | _BadRow]:
    if layout.kind == "jsonl":
        yield from _objects(path, layout)
        return
    columns: tuple[str, ...] = ()
    for number, cells in _cells(path, layout):
        if not columns:
            columns = _header(cells)
        elif len(cells) == len(columns):
            yield Row(number, dict(zip(columns, cells, strict=True)))
        else:
            yield _BadRow(number, f"{len(cells)} cells where the header has {len(columns)}")


def _cells(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each record that is not blank, the header first."""
    records = _sheet(path) if layout.kind == "xlsx" else _delimited(path, layout)
    for number, cells in records:
        if cells:
            yield number, [restore(cell) for cell in cells]


def _delimited(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    number = 0
    with path.open(encoding=layout.encoding, newline="") as stream:
        records = csv.reader(
            stream,
            delimiter=layout.delimiter or _NO_DELIMITER,
            quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            for number, cells in enumerate(records, start=1):
                yield number, cells
        except csv.Error as error:
            raise TableError(
                f"row {number + 1} has a double quote out of place, or one that is never closed "
                f"({error}). Write a quote inside a quoted cell twice."
            ) from error


def _checked_workbook(path: Path, max_bytes: int) -> list[str]:
    """Warnings; raises TableError for what is no workbook or unpacks to more than max_bytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise TableError("the file is damaged or cut off. Save or download it again.") from error
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise TableError("a ZIP archive, but no .xlsx workbook. Unpack it, or save as CSV.")
    if sum(member.file_size for member in members) > max_bytes:
        raise TableError(f"unpacks to more than the limit of {max_bytes / 1e6:,.1f} MB. Split it.")
    with path.open("rb") as stream, _workbook(stream) as book:
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not names:
        raise TableError("the workbook has no visible sheet.")
    if len(names) == 1:
        return []
    return [f"The workbook has {len(names)} sheets; only the first, {names[0]!r}, is read."]


@contextmanager
def _workbook(stream: BinaryIO) -> Iterator[Workbook]:
    """openpyxl meets a stranger's XML: whatever it raises means that the file is unreadable."""
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        with closing(book):
            yield book
    except TableError:
        raise
    except Exception as error:
        raise TableError(f"the workbook is damaged ({error}). Save it again.") from error


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The first visible sheet; rows end at their last filled cell, or at the header's width."""
    width = 0
    with path.open("rb") as stream, _workbook(stream) as book:
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # some programs store a wrong size, and rows would be lost
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > _SHEET_ROWS:
                raise TableError(f"a sheet cannot have more than {_SHEET_ROWS:,} rows.")
            cells = [_cell_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                cells += [""] * (width - len(cells))
                width = width or len(cells)
            yield number, cells


def _cell_text(value: object) -> str:
    return "" if value is None else str(value)


def _objects(path: Path, layout: Layout) -> Iterator[Row | _BadRow]:
    """Numbers keep the digits they are written with; an object in an object stays JSON."""
    with path.open(encoding=layout.encoding, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
            except (ValueError, RecursionError):
                yield _BadRow(number, "not valid JSON")
                continue
            yield _object_row(number, found)


def _object_row(number: int, found: object) -> Row | _BadRow:
    if not isinstance(found, dict):
        return _BadRow(number, "not a JSON object")
    values = {_trimmed(name): _json_text(value) for name, value in found.items()}
    if "" in values or len(values) < len(found):
        return _BadRow(number, "two keys with one name, or a key without one")
    if any(len(value) > MAX_CELL for value in values.values()):
        return _BadRow(number, f"a text of more than {MAX_CELL:,} characters")
    return Row(number, values)


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class ColumnGuess:
    """Which column is what; None where none looks like it. Always shown, always changeable."""

    text: str | None
    image: str | None
    lang: str | None
    label: str | None


# In the order of guessing by content: the longest cells are the text, then what repeats the label.
_NAMES = {
    "image": """
        image img images picture pic photo file filename filepath path imagepath imagefile
        imagen foto fotografía immagine bild gambar imagem afbeelding obraz resim görsel picha
        kuva kép irudi bildo изображение картинка фото рәсем 图片 图像 圖片 画像 写真 이미지
        사진 صورة תמונה चित्र படம் చిత్రం ಚಿತ್ರ ചിത്രം სურათი""",
    "lang": """
        lang language languagecode langcode locale iso langue idioma lingua língua sprache taal
        język bahasa basa dil lugha kieli nyelv hizkuntza lingvo язык тел 语言 語言 言語 언어
        لغة زبان שפה भाषा மொழி భాష ಭಾಷೆ ഭാഷ ენა""",
    "text": """
        text sentence utterance content message comment tweet review post body caption
        transcript texte phrase texto frase oración comentario mensaje testo satz nachricht
        tekst zin teks kalimat ukara matn metin cümle maandishi sentensi teksti lause szöveg
        mondat testua esaldi teksto frazo текст предложение сообщение җөмлә 文本 句子 内容 文章
        テキスト 文 본문 텍스트 문장 نص جملة متن טקסט משפט पाठ वाक्य உரை வாக்கியம் పాఠం వాక్యం
        ಪಠ್ಯ ವಾಕ್ಯ വാചകം ტექსტი წინადადება""",
    "label": """
        label labels emotion emotions sentiment polarity class category target gold annotation
        étiquette émotion etiqueta emoción sentimiento emoção etichetta emozione gefühl stimmung
        emotie emosi perasaan sentimen etiket duygu hisia tunne érzelem emozio emocio метка
        эмоция тональность хис 标签 標籤 情感 情绪 情緒 感情 ラベル 감정 레이블 عاطفة مشاعر רגש
        भावना உணர்வு భావోద్వేగం ಭಾವನೆ വികാരം ემოცია""",
}
_KNOWN_NAMES = {role: frozenset(names.casefold().split()) for role, names in _NAMES.items()}
_IMAGE_FILE = re.compile(r".+\.(png|jpe?g|webp|gif|bmp|tiff?|heic|avif)", re.IGNORECASE)
_LANGUAGE_TAG = re.compile(r"[a-z]{2}([-_][A-Za-z]{2,4})?")
_NUMBER = re.compile(r"[\d.,:/+\-\s%]+")


def guess_columns(table: Table, *, sample: int = 200) -> ColumnGuess:
    """By the columns' names, in many languages, then by the first `sample` rows.

    A name is believed only where the contents do not contradict it. Columns that the caller
    chose for the table stay as chosen.
    """
    cells: dict[str, list[str]] = {name: [] for name in table.columns}
    for row in islice(table, sample):
        for name, value in row.values.items():
            if value.strip():
                cells[name].append(value.strip())
    chosen = {"image": table.image_column, "lang": table.lang_column, "text": table.text_column}
    found = {role: name for role, name in chosen.items() if name is not None}
    for guess in (_by_name, _by_content):
        for role in _NAMES:
            free = {name: cells[name] for name in cells if name not in found.values()}
            if role not in found and (name := guess(role, free)):
                found[role] = name
    return ColumnGuess(**{role: found.get(role) for role in _NAMES})


def _by_name(role: str, cells: dict[str, list[str]]) -> str | None:
    """A column called just so, before one whose name holds the word (`tweet_text`)."""
    known = _KNOWN_NAMES[role]
    words = {name: re.split(r"[\s_.:/-]+", name.casefold()) for name in cells}
    fitting = [name for name, values in cells.items() if not values or _fits(role, values)]
    whole = (name for name in fitting if "".join(words[name]) in known)
    partly = (name for name in fitting if not known.isdisjoint(words[name]))
    return next(whole, None) or next(partly, None)


def _by_content(role: str, cells: dict[str, list[str]]) -> str | None:
    if role == "text" and len(cells) == 1 and not any(cells.values()):
        return next(iter(cells))  # a header and nothing else
    fitting = {name: values for name, values in cells.items() if values and _fits(role, values)}
    if role == "text":
        return max(fitting, key=lambda name: _mean_length(fitting[name]), default=None)
    if role == "lang":
        return next((n for n in fitting if all(map(_LANGUAGE_TAG.fullmatch, fitting[n]))), None)
    if role == "label":
        return next((n for n in fitting if 2 <= len(set(fitting[n])) <= len(fitting[n]) / 2), None)
    return next(iter(fitting), None)


def _fits(role: str, values: list[str]) -> bool:
    files = sum(1 for value in values if _IMAGE_FILE.fullmatch(value))
    numbers = sum(1 for value in values if _NUMBER.fullmatch(value))
    mostly_files, mostly_numbers = 2 * files >= len(values), 2 * numbers > len(values)
    if role == "image":
        return mostly_files
    if role == "lang":
        return not mostly_files and not mostly_numbers and max(map(len, values)) <= 40
    if role == "label":
        return not mostly_files and len(set(values)) <= MAX_CLASSES and _mean_length(values) <= 30
    return not mostly_files and not mostly_numbers


def _mean_length(values: list[str]) -> float:
    return sum(map(len, values)) / len(values)


def label_values(table: Table, column: str, *, max_classes: int = MAX_CLASSES) -> tuple[str, ...]:
    """The different values of a label column, in order of appearance, empty cells left out.

    Raises TableError, with the reason, for a column that holds texts or identifiers.
    """
    if _chosen(column, table.columns) in (table.text_column, table.image_column):
        raise TableError(f"{column!r} is the text or image column. Choose another as the label.")
    seen: dict[str, int] = {}
    for row in table:
        if value := row.values[_trimmed(column)].strip():
            seen[value] = seen.get(value, 0) + 1
        if len(seen) > max_classes:
            break
    rows = sum(seen.values())
    if len(seen) > max_classes or (len(seen) == rows and rows > 7):
        what = "whole texts" if _mean_length(list(seen)) > 30 else "identifiers or measurements"
        raise TableError(
            f"{column!r} has {len(seen):,} different values in its first {rows:,} filled rows: "
            f"these are {what}, not labels. Choose another column as the label."
        )
    if not seen:
        raise TableError(f"{column!r} is empty in every row. Choose another column as the label.")
    return tuple(seen)
