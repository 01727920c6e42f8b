"""Pictures to upload, and what only claims to be one."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

ROTATED, GPS = 0x0112, 0x8825


def drawn(kind: str = "PNG", size: tuple[int, int] = (60, 30), **options: Any) -> bytes:
    """Return a picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif() -> Image.Exif:
    """Return notes that say: turned by a quarter, and taken here."""
    notes = Image.Exif()
    notes[ROTATED] = 6
    notes[0x010E] = "taken at the shelter"
    notes[GPS] = {1: "N", 2: (52.0, 31.0, 12.0)}
    return notes


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue", "lime")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=90)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of few bytes that unpacks to many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(height * (width // 8 + 2)), 9)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def with_text(data: bytes, text: bytes) -> bytes:
    """Put a comment into a PNG, right after its header."""
    return data[:33] + _chunk(b"tEXt", b"Comment\0" + text) + data[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))
