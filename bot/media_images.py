"""Pictures are drawn anew: what a telephone wrote beside them (where, when, whose camera) is left behind, and so is
whatever else was hidden in the file (`domain.md §7`)."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from bot.media_types import BOMBS, READ_AS

LONG_EDGE = 2_048
"""Pixels; enough to read a house number, little enough for a village's connection."""
SMALL_EDGE = 320
"""Pixels of the small picture that lists show."""
MOST_PIXELS = 60_000_000
"""A JPEG of the largest common camera; it is shrunk while it is read."""
MOST_PIXELS_UNSHRUNK = 30_000_000
"""Other formats unpack whole: this is about a hundred megabytes of memory."""
_QUALITY = 85


class PictureTooLargeError(Exception):
    """More pixels than we unpack, whatever the size of the file."""


class PictureBrokenError(Exception):
    """It begins like a picture and cannot be drawn."""


def clean(content: bytes) -> bytes:
    """The picture as a plain JPEG, upright, at most `LONG_EDGE` wide and high; of a moving one its first frame.

    JPEG, because every channel shows it. Raises PictureTooLargeError and PictureBrokenError.
    """
    return _as_jpeg(_opened(content, LONG_EDGE))


def shrunk(clean_content: bytes) -> bytes:
    """The small picture beside a clean one. Raises PictureBrokenError."""
    return _as_jpeg(_opened(clean_content, SMALL_EDGE))


def _opened(content: bytes, edge: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=READ_AS) as image:
            at_once = image.width * image.height
            if at_once > (MOST_PIXELS if image.format in ("JPEG", "MPO") else MOST_PIXELS_UNSHRUNK):
                raise PictureTooLargeError
            image.draft("RGB", (edge, edge))
            page = _on_white(ImageOps.exif_transpose(image))
    except BOMBS:
        raise PictureTooLargeError from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise PictureBrokenError from error
    page.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    page.info = {}  # Pillow would write a comment that stands there into the new file
    return page


def _on_white(image: Image.Image) -> Image.Image:
    """JPEG knows no transparency."""
    if image.mode not in ("LA", "PA", "P", "RGBA", "RGBa"):
        return image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    page.paste(layer, mask=layer)
    return page


def _as_jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
