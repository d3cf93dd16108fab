"""What a file is by its bytes, whatever its sender calls it; everything that is not named here is refused."""

from __future__ import annotations

import io

from PIL import Image

IMAGE_FORMATS = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
"""What Pillow calls it to what it is; MPO is the JPEG of telephones with several lenses."""
READ_AS = ("JPEG", "PNG", "WEBP", "GIF")
"""Formats that are tried at all: each further one is a parser that strangers could aim at."""
EXTENSIONS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "image/jpeg": "jpg",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
"""Of everything that is kept; pictures are always kept as JPEG, and spreadsheets are only ever our own."""
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
"""A picture that unpacks to more than memory should hold; Pillow warns of it first, and refuses a still larger one."""

_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_STILL = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif", b"avis")
"""Brands of an MP4 box that holds pictures; Pillow cannot read most of them, so they are refused."""


def media_type(content: bytes) -> str | None:
    """None for what an office should not be sent: programs, web pages, archives, drawings with scripts (SVG)."""
    for start, found in _STARTS:
        if content.startswith(start):
            return found
    if content[4:8] == b"ftyp":
        return _boxed(content[8:12])
    return _image_type(content)


def fits(kind: str, found: str) -> bool:
    """Whether a file of this type may come as an attachment of this kind."""
    group = found.split("/")[0]
    match kind:
        case "photo":
            return group == "image"
        case "voice":
            return group == "audio" or found in ("video/mp4", "video/3gpp")  # sound in a film container
        case "video":
            return group == "video"
    return group == "image" or found == "application/pdf"


def _boxed(brand: bytes) -> str | None:
    if brand in _STILL:
        return None
    if brand.startswith(b"M4A"):
        return "audio/mp4"
    return "video/3gpp" if brand.startswith(b"3gp") else "video/mp4"


def _image_type(content: bytes) -> str | None:
    try:
        with Image.open(io.BytesIO(content), formats=READ_AS) as image:
            return IMAGE_FORMATS.get(image.format or "")
    except BOMBS:
        return "image/png"  # a picture by its first bytes; whoever unpacks it finds that it is too big
    except (OSError, SyntaxError, ValueError):
        return None
