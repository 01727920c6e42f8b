"""Uploaded pictures, drawn anew: of what came in, only what can be seen stays."""

import io
import threading
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from members.errors import PictureTooLarge, UnknownPicture
from members.models.logo import KEPT_BYTES

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000
# No SVG: it is a program, not a picture. Neither what only a printer can read.
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
SIDE: Final = 400  # of the longer side, in pixels; twice what a page shows
COLORS: Final = 256
# A picture of 25 million pixels takes some 300 MB while it is open: one at a time.
_one_at_a_time = threading.Lock()


def read_picture(data: bytes) -> bytes:
    """Draw the first frame of an upload anew as a small PNG, whatever it is called.

    Nothing stays that the original said beside its pixels. Raises PictureTooLarge
    and UnknownPicture.
    """
    if len(data) > MAX_BYTES:
        raise PictureTooLarge
    with _one_at_a_time:
        try:
            drawn = _draw(data)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise PictureTooLarge from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
            raise UnknownPicture from None
    return _as_png(drawn)


def _draw(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=FORMATS) as source:
        # Of the header alone: nothing is unpacked yet.
        if source.width * source.height > MAX_PIXELS:
            raise PictureTooLarge
        source.draft("RGB", (SIDE * 2, SIDE * 2))
        picture = source if source.mode in {"RGB", "RGBA"} else source.convert("RGBA")
        # Made small before anything else, so that no large copy is made.
        picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    # On a canvas of our own, which has no notes, profiles or comments; nor an empty rim.
    seen = upright.crop(upright.getbbox())
    canvas = Image.new("RGBA", seen.size)
    canvas.paste(seen)
    return canvas


def _as_png(picture: Image.Image) -> bytes:
    """Keep every color while that is small; a photograph gets by with fewer."""
    data = _saved(picture)
    if len(data) <= KEPT_BYTES // 2:
        return data
    return _saved(picture.quantize(COLORS, Image.Quantize.FASTOCTREE))


def _saved(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
