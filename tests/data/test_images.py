"""Every way a picture can be wrong: read as an upright RGB image, or refused with a sentence."""

import io
import struct
import threading
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lfdrt.data.images import FORMATS, ImageError, read_image, shrink, without_metadata

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=format, **options)
    return buffer.getvalue()


def halves(mode: str = "RGB") -> Image.Image:
    """40×20, left half red, right half blue."""
    image = Image.new("RGB", (40, 20), RED)
    image.paste(BLUE, (20, 0, 40, 20))
    return image.convert(mode)


def noise(size: int = 64) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (size, size, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def close_to(pixel: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(pixel, expected, strict=True)) <= 3


def forged_png(width: int, height: int) -> bytes:
    """A PNG whose header claims width×height pixels, with hardly any data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_from_every_kind_of_source(format, tmp_path):
    content = encoded(halves(), format, **({"lossless": True} if format == "WEBP" else {}))
    path = tmp_path / "picture"
    path.write_bytes(content)
    for source in (path, content, io.BytesIO(content), Image.open(path)):
        image = read_image(source, name="picture")
        assert (image.mode, image.size) == ("RGB", (40, 20))
        assert close_to(image.getpixel((5, 10)), RED) or format == "JPEG"
        assert image.getpixel((35, 10))[2] > 200


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV"]
)
def test_every_mode_becomes_rgb(mode):
    start = "L" if mode in ("LA", "PA", "1") else "RGB"
    image = read_image(Image.new(start, (8, 8), "white").convert(mode), name="x")
    assert image.mode == "RGB"
    assert close_to(image.getpixel((0, 0)), WHITE)


def test_cmyk_jpeg_keeps_its_colours():
    image = read_image(encoded(halves("CMYK"), "JPEG", quality=95), name="x.jpg")
    red, green, blue = image.getpixel((5, 10))
    assert red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize("byte_order", ["<u2", ">u2"])
def test_16_bit_grey_is_scaled_and_not_clipped(byte_order):
    """0, 32768 and 65535 of 65535 are 0, 127.5 and 255 of 255; Pillow alone gives 0, 255, 255."""
    values = np.array([[0, 32768, 65535]], dtype=byte_order)
    mode = "I;16" if byte_order == "<u2" else "I;16B"
    image = read_image(Image.frombytes(mode, (3, 1), values.tobytes()), name="x")
    assert [image.getpixel((x, 0))[0] for x in range(3)] == [0, 128, 255]


def test_16_bit_png_and_tiff_files():
    grey = Image.fromarray(np.array([[0, 32768, 65535]], dtype=np.uint16))
    for format in ("PNG", "TIFF"):
        image = read_image(encoded(grey, format), name="x")
        assert [image.getpixel((x, 0))[0] for x in range(3)] == [0, 128, 255]


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("F", [0.0, 0.5, 1.0], [0, 128, 255]),
        ("F", [0.0, 100.0, 200.0], [0, 100, 200]),
        ("F", [-5.0, float("nan"), 1e6], [0, 0, 255]),
        ("I", [0, 100, 200], [0, 100, 200]),
        ("I", [0, 32768, 65535], [0, 128, 255]),
        ("I", [0, 400_000, 1_000_000], [0, 102, 255]),
        ("I", [0, 0, 0], [0, 0, 0]),
    ],
)
def test_wide_greys_without_a_stated_scale(mode, values, expected):
    dtype = np.float32 if mode == "F" else np.int32
    image = read_image(Image.fromarray(np.array([values], dtype=dtype)), name="x")
    assert [image.getpixel((x, 0))[0] for x in range(3)] == expected


def test_transparency_of_every_kind_lies_on_white():
    half = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert read_image(encoded(half), name="x").getpixel((0, 0)) == WHITE
    half = Image.new("RGBA", (4, 4), (0, 0, 0, 51))  # 20 % black on white: 204
    assert read_image(encoded(half), name="x").getpixel((0, 0)) == (204, 204, 204)
    palette = Image.new("RGB", (4, 4), RED).convert("P")
    clear = encoded(palette, transparency=palette.getpixel((0, 0)))
    assert read_image(clear, name="x").getpixel((0, 0)) == WHITE
    keyed = encoded(Image.new("RGB", (4, 4), RED), transparency=RED)
    assert read_image(keyed, name="x").getpixel((0, 0)) == WHITE
    grey16 = Image.fromarray(np.array([[7, 60000]], dtype=np.uint16))
    grey16.info["transparency"] = 7
    assert read_image(grey16, name="x").getpixel((0, 0)) == WHITE


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (40, 20), (3, 3)),
        (2, (40, 20), (36, 3)),
        (3, (40, 20), (36, 16)),
        (6, (20, 40), (3, 3)),
        (8, (20, 40), (3, 36)),
    ],
)
def test_exif_orientation_is_applied_once(format, orientation, size, red_at):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = read_image(encoded(halves(), format, exif=exif), name="x")
    assert image.size == size
    red, _, blue = image.getpixel(red_at)
    assert red > 200 > 60 > blue


def test_broken_exif_does_not_cost_the_picture():
    content = encoded(halves(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01")
    assert read_image(content, name="x").size == (40, 20)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_first_frame_of_an_animation(format):
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    content = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    assert close_to(read_image(content, name="x").getpixel((0, 0)), RED)
    opened = Image.open(io.BytesIO(content))
    opened.seek(1)
    assert close_to(read_image(opened, name="x").getpixel((0, 0)), RED)


def test_pixel_cap_is_checked_before_decoding():
    """7,000×7,000 pixels with 100 bytes of data: decoding would say "truncated"."""
    with pytest.raises(ImageError, match=r"7000×7000.*40\.00 million pixels"):
        read_image(forged_png(7_000, 7_000), name="bomb.png")
    with pytest.raises(ImageError, match="damaged or cut off"):
        read_image(forged_png(6_000, 6_000), name="cut.png")
    with pytest.raises(ImageError, match="million pixels"):
        read_image(Image.new("1", (101, 100)), name="x", max_pixels=10_000)


@pytest.mark.parametrize("action", ["default", "ignore", "error"])
@pytest.mark.parametrize(
    "side", [10_000, 60_000]
)  # Pillow warns at the first, raises at the second
def test_decompression_bombs_are_errors_whatever_the_warning_filter(side, action):
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        with pytest.raises(ImageError, match=r"bomb\.png.*million pixels"):
            read_image(forged_png(side, side), name="bomb.png", max_pixels=10**12)


def test_threads_share_no_state():
    before, limit = list(warnings.filters), Image.MAX_IMAGE_PIXELS
    results: list[object] = []

    def work(source: bytes) -> None:
        try:
            results.append(read_image(source, name="x").size)
        except ImageError:
            results.append("refused")

    sources = [encoded(halves()), forged_png(7_000, 7_000)] * 8
    threads = [threading.Thread(target=work, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["(40, 20)"] * 8 + ["refused"] * 8
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == (before, limit)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.8])
def test_truncated_files_are_named(format, kept):
    content = encoded(noise(), format)
    with pytest.raises(ImageError, match=r"'half\.img' .*\bdamaged\b"):
        read_image(content[: int(len(content) * kept)], name="half.img")


@pytest.mark.parametrize("format", FORMATS)
def test_flipped_bytes_give_a_picture_or_a_sentence(format):
    content = encoded(noise(24), format)
    random = np.random.default_rng(1)
    for _ in range(60):
        broken = bytearray(content)
        for place in random.integers(0, min(len(broken), 400), 4):
            broken[place] = random.integers(0, 256)
        try:
            assert read_image(bytes(broken), name="x").mode == "RGB"
        except ImageError:
            pass


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"just a few words", "is a text file"),
        ("Сәлам, дөнья! ".encode() * 100, "is a text file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<?xml version='1.0'?>\n<svg/>", "SVG"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html></html>", "web page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04\0\0", "ZIP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC or AVIF"),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", "AVIF"),
        (bytes(range(256)), "damaged, or not a PNG"),
    ],
)
def test_disguised_files_are_called_what_they_are(content, words):
    with pytest.raises(ImageError, match=rf"'holiday\.png' .*{words}"):
        read_image(content, name="holiday.png")


def test_a_damaged_comment_costs_no_picture_and_damaged_pixels_do():
    about = PngInfo()
    about.add_text("Comment", "on the beach")
    content = encoded(halves(), pnginfo=about)
    changed = content.replace(b"on the beach", b"in the beach")
    assert changed != content
    assert read_image(changed, name="x.png").tobytes() == halves().tobytes()
    at = content.index(b"IDAT") + 10
    with pytest.raises(ImageError, match="damaged or cut off"):
        read_image(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], name="x.png")


def test_formats_outside_the_list_are_refused():
    icon = encoded(halves(), "ICO")
    with pytest.raises(ImageError, match="not a PNG"):
        read_image(icon, name="x.png")
    with pytest.raises(ImageError, match="is ICO"):
        read_image(Image.open(io.BytesIO(icon)), name="x.png")


def test_phone_jpegs_with_a_second_picture_are_read():
    content = encoded(halves(), "MPO", save_all=True, append_images=[halves()])
    assert read_image(content, name="x.jpg").size == (40, 20)


def test_files_that_are_not_there_or_too_large(tmp_path):
    with pytest.raises(ImageError, match="not found"):
        read_image(tmp_path / "none.png", name="none.png")
    with pytest.raises(ImageError, match="not a file"):
        read_image(tmp_path, name="folder")
    for source in (b"x" * 101, io.BytesIO(b"x" * 101)):
        with pytest.raises(ImageError, match="larger than the limit"):
            read_image(source, name="x", max_bytes=100)


def test_no_pixels_is_a_sentence():
    with pytest.raises(ImageError, match="no pixels"):
        read_image(Image.new("RGB", (0, 5)), name="x")


def test_names_cannot_break_the_sentence():
    with pytest.raises(ImageError) as caught:
        read_image(b"", name="a\nb\u202egpj.exe")
    assert "\n" not in str(caught.value) and "\u202e" not in str(caught.value)


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [
        ((40, 20), 10, (10, 5)),
        ((20, 40), 10, (5, 10)),
        ((8, 8), 10, (8, 8)),
        ((1000, 1), 10, (10, 1)),
    ],
)
def test_shrink_keeps_the_shape_and_never_enlarges(size, longest, expected):
    assert shrink(Image.new("RGB", size), longest).size == expected


def test_shrink_refuses_no_size():
    with pytest.raises(ValueError, match="at least 1"):
        shrink(halves(), 0)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_exported_pictures_carry_no_metadata(format):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SecretCamera"
    source = encoded(halves(), "JPEG", exif=exif, comment=b"SecretNote", dpi=(72, 72))
    for image in (Image.open(io.BytesIO(source)), read_image(source, name="x")):
        exported = without_metadata(image, format=format)
        assert b"Secret" not in exported and b"Exif" not in exported and b"eXIf" not in exported
        again = Image.open(io.BytesIO(exported))
        assert (again.format, again.size) == (format, (20, 40))
        assert not again.getexif()
    assert not read_image(source, name="x").info
