"""One picture from anywhere (path, bytes, stream, Pillow image) to an upright 8-bit RGB image.

Everything a stranger may hand over is met here: huge, truncated, disguised, animated, rotated,
transparent, 16-bit.
"""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from lfdrt.errors import UserError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_PIXELS = 40_000_000
MAX_BYTES = 20_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_READABLE = "PNG, JPEG, WebP, GIF, BMP or TIFF"
_SAVE_AS = "Save it as JPEG or PNG and try again."
_ISO_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC"}
_ISO_BRANDS |= {b"hevc": "HEIC", b"hevx": "HEIC", b"mif1": "HEIC or AVIF", b"msf1": "HEIC or AVIF"}
_OTHER_FILES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
)


class ImageError(UserError):
    """A picture that cannot be used; the message names it, says why and what to do."""


def read_image(
    source: Path | bytes | BinaryIO | Image.Image,
    *,
    name: str,
    max_pixels: int = MAX_PIXELS,
    max_bytes: int = MAX_BYTES,
) -> Image.Image:
    """An upright RGB image without metadata: first frame, alpha on white, 16 bits scaled to 8.

    The size is taken from the header, before any pixel is decoded. `name` is what messages call
    the picture. Raises ImageError.
    """
    shown = repr(name)
    try:
        image = source if isinstance(source, Image.Image) else _opened(source, shown, max_bytes)
        _check_header(image, shown, max_pixels)
        if getattr(image, "is_animated", False):
            image.seek(0)
        image.load()
        return _bare(_as_rgb(_upright(image)))
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(shown, max_pixels) from error
    except MemoryError as error:
        raise ImageError(f"{shown} does not fit in memory. Use a smaller copy.") from error
    # Pillow's decoders meet a stranger's bytes here: beside OSError they raise SyntaxError,
    # struct.error, zlib.error, KeyError, IndexError, EOFError, ValueError and more.
    except Exception as error:
        raise ImageError(
            f"{shown} is damaged or cut off ({error}). Open it in a viewer, {_SAVE_AS.lower()}"
        ) from error


def shrink(image: Image.Image, longest: int) -> Image.Image:
    """The image with its longer side at most `longest` pixels; never enlarged."""
    if longest < 1:
        raise ValueError(f"longest must be at least 1 pixel, not {longest}.")
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def without_metadata(image: Image.Image, *, format: Literal["PNG", "JPEG"] = "PNG") -> bytes:
    """The pixels alone, encoded for export: no EXIF (place, camera, date), comments or thumbnail.

    The rotation that EXIF asks for is applied first, since it is lost with it.
    """
    buffer = io.BytesIO()
    bare = _bare(_as_rgb(_upright(image)))
    bare.save(buffer, format=format, **({"quality": 92} if format == "JPEG" else {}))
    return buffer.getvalue()


def _opened(source: Path | bytes | BinaryIO, shown: str, max_bytes: int) -> Image.Image:
    content = _content(source, shown, max_bytes)
    if not content:
        raise ImageError(f"{shown} is empty (0 bytes).")
    if len(content) > max_bytes:
        raise ImageError(
            f"{shown} is larger than the limit of {max_bytes / 1e6:,.1f} MB for a picture. "
            "Save a smaller copy."
        )
    try:
        return Image.open(io.BytesIO(_without_damaged_extras(content)), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ImageError(f"{shown} {_what_it_is(content)}") from error


def _content(source: Path | bytes | BinaryIO, shown: str, max_bytes: int) -> bytes:
    """At most one byte more than allowed, which is enough to know that it is too large."""
    if isinstance(source, bytes):
        return source
    if not isinstance(source, Path):
        return source.read(max_bytes + 1)
    if not source.exists():
        raise ImageError(f"{shown} was not found. Check the file name and its folder.")
    if not source.is_file():
        raise ImageError(f"{shown} is not a file.")
    try:
        with source.open("rb") as stream:
            return stream.read(max_bytes + 1)
    except OSError as error:
        raise ImageError(f"{shown} cannot be opened: {error.strerror or error}.") from error


def _without_damaged_extras(content: bytes) -> bytes:
    """A PNG without chunks beside the picture (comments, dates) whose checksum is wrong, for which
    Pillow would refuse the whole. Chunks: length, name, data, CRC-32; one with a small first letter
    may be left out by a reader, but what is transparent (tRNS) changes the picture."""
    if not content.startswith(_PNG):
        return content
    kept, place = [content[: len(_PNG)]], len(_PNG)
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        chunk = content[place : place + 12 + length]
        name, data, told = chunk[4:8], chunk[8:-4], chunk[-4:]
        extra = name[:1].islower() and name != b"tRNS"
        if not extra or told == zlib.crc32(name + data).to_bytes(4, "big"):
            kept.append(chunk)
        place += len(chunk)
    return b"".join(kept)


def _what_it_is(content: bytes) -> str:
    """The end of a sentence about bytes that are none of FORMATS."""
    if content[4:8] == b"ftyp":
        brand = _ISO_BRANDS.get(content[8:12], "HEIC, AVIF or a video")
        return f"is {brand}, which is not read here. {_SAVE_AS}"
    for magic, words in _OTHER_FILES:
        if content.startswith(magic):
            return f"is not a picture but {words}, whatever its name says."
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return f"is an SVG drawing, which is not read here. {_SAVE_AS}"
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page, not a picture. Download the picture itself."
    if b"\0" not in content[:1024] and _is_utf8(content[:1024]):
        return "is a text file, not a picture, whatever its name says."
    return f"is damaged, or not a {_READABLE} picture. {_SAVE_AS}"


def _is_utf8(start: bytes) -> bool:
    return "\ufffd" not in start.decode("utf-8", "replace")[:-1]  # the cut may split a character


def _check_header(image: Image.Image, shown: str, max_pixels: int) -> None:
    if image.format not in (None, *FORMATS, "MPO"):  # MPO: a JPEG with a second picture inside
        raise ImageError(f"{shown} is {image.format}, not a {_READABLE} picture. {_SAVE_AS}")
    if 0 in image.size:
        raise ImageError(f"{shown} has no pixels ({image.width}×{image.height}).")
    # Pillow's own limit only warns up to twice its value, and a warning filter is shared by all
    # threads; so the stricter of both limits is an error here.
    limit = min(max_pixels, Image.MAX_IMAGE_PIXELS or max_pixels)
    if image.width * image.height > limit:
        raise _too_large(f"{shown} ({image.width}×{image.height})", limit)


def _too_large(shown: str, limit: int) -> ImageError:
    return ImageError(
        f"{shown} has more than {limit / 1e6:,.2f} million pixels, the limit for a picture. "
        "Save a smaller copy."
    )


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF, of any kind, must not cost a good picture
        return image


def _as_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return _scaled_to_8_bits(image).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _scaled_to_8_bits(image: Image.Image) -> Image.Image:
    """Pillow clips wide greys at 255. Full scale is 65535 for I;16; I and F do not say theirs.

    For these: the smallest of 1 (F only), 255 and 65535 that holds every value, else the maximum.
    """
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0.0, neginf=0.0)
    top = values.max()
    if image.mode.startswith("I;16"):
        full = 65535.0
    else:
        scales = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
        full = next((scale for scale in scales if top <= scale), top)
    grey = np.clip(values * (255.0 / full), 0, 255).round().astype(np.uint8)
    if isinstance(clear := image.info.get("transparency"), int):
        grey[values == clear] = 255
    return Image.fromarray(grey)


def _bare(image: Image.Image) -> Image.Image:
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    return bare
