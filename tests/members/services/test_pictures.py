"""Whatever is uploaded: a small PNG of ours comes out, or a sentence."""

import os
import random

import pytest
from PIL import Image

from members.errors import PictureTooLarge, UnknownPicture
from members.models.logo import KEPT_BYTES
from members.services.pictures import MAX_BYTES, SIDE, read_picture
from tests.pictures import animated, bomb, drawn, exif, opened, with_text

SVG = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">
<script>alert(1)</script><rect width="9" height="9"/></svg>"""
HTML = b"<!doctype html><script>alert(document.domain)</script>"
MUCH, LITTLE = 240, 40  # of a color, which JPEG only nearly keeps
# Pillow reads these; they are no pictures to us.
OTHER_KINDS = ("BMP", "TIFF", "ICO", "PPM", "TGA", "PDF", "EPS", "PCX", "JPEG2000")


@pytest.mark.parametrize("kind", ("PNG", "JPEG", "GIF", "WEBP"))
def test_a_picture_is_drawn_anew(kind):
    picture = opened(read_picture(drawn(kind, (900, 300))))
    assert (picture.format, picture.size) == ("PNG", (SIDE, 133))
    red, blue = picture.getpixel((20, 20)), picture.getpixel((380, 20))
    assert red[0] > MUCH
    assert blue[2] > MUCH
    assert red[2] + blue[0] < LITTLE


@pytest.mark.parametrize("mode", ("1", "L", "LA", "P", "RGBA", "I;16"))
def test_every_way_to_hold_colors_is_read(mode, tmp_path):
    path = tmp_path / "picture.png"
    Image.new(mode, (50, 50)).save(path)
    assert opened(read_picture(path.read_bytes())).size == (50, 50)


def test_colors_for_print_are_read(tmp_path):
    path = tmp_path / "picture.jpg"
    Image.new("CMYK", (50, 50), (0, 255, 255, 0)).save(path)
    assert opened(read_picture(path.read_bytes())).getpixel((9, 9))[0] > MUCH


def test_what_is_transparent_stays_so_but_for_an_empty_rim(tmp_path):
    path = tmp_path / "picture.png"
    picture = Image.new("RGBA", (80, 50), (9, 9, 9, 0))
    for box in ((10, 10, 20, 40), (50, 10, 60, 40)):
        picture.paste("red", box)
    picture.save(path)
    kept = opened(read_picture(path.read_bytes()))
    assert kept.size == (50, 30)
    assert (kept.getpixel((5, 5))[3], kept.getpixel((25, 5))[3]) == (255, 0)


def test_a_picture_of_nothing_is_kept_as_it_is(tmp_path):
    path = tmp_path / "picture.png"
    Image.new("RGBA", (50, 40), (9, 9, 9, 0)).save(path)
    assert opened(read_picture(path.read_bytes())).size == (50, 40)


@pytest.mark.parametrize("kind", ("JPEG", "PNG", "WEBP"))
def test_nothing_is_kept_of_when_and_where_it_was_taken(kind):
    data = drawn(kind, (90, 30), exif=exif())
    assert b"shelter" in data
    kept = read_picture(data)
    picture = opened(kept)
    assert (picture.info, dict(picture.getexif())) == ({}, {})
    assert b"shelter" not in kept
    # It was turned first, as everybody saw it.
    assert picture.size == (30, 90)


@pytest.mark.parametrize("kind", ("GIF", "PNG", "WEBP"))
def test_what_moves_stands_still(kind):
    data = animated(kind)
    assert opened(data).n_frames == 3
    kept = opened(read_picture(data))
    assert getattr(kept, "n_frames", 1) == 1
    assert kept.getpixel((9, 9))[0] > MUCH


@pytest.mark.parametrize(
    "data",
    (
        SVG,
        HTML,
        b"",
        b"\0" * 4000,
        b"%PDF-1.4 nothing",
        drawn()[:60],
        drawn("JPEG", (300, 300))[:400],
        drawn("WEBP")[:40],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + HTML,
    ),
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(UnknownPicture):
        read_picture(data)


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_other_kinds_are_refused(kind):
    with pytest.raises(UnknownPicture):
        read_picture(drawn(kind))


@pytest.mark.parametrize(
    "data",
    (
        drawn() + HTML,
        with_text(drawn(), HTML),
        drawn("GIF", comment=HTML),
        drawn("JPEG", comment=HTML),
        drawn("JPEG") + b"PK\x03\x04" + HTML,
    ),
)
def test_a_picture_that_is_a_page_as_well_is_only_a_picture(data):
    assert b"alert" in data
    kept = read_picture(data)
    assert b"alert" not in kept
    assert opened(kept).size == (60, 30)


@pytest.mark.parametrize("size", ((5_001, 5_000), (12_000, 9_000), (30_000, 30_000)))
def test_a_bomb_is_not_unpacked(size, monkeypatch):
    def unpack(*args):
        raise AssertionError("It was unpacked.")

    data = bomb(*size)
    assert len(data) < MAX_BYTES
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", unpack)
    with pytest.raises(PictureTooLarge):
        read_picture(data)


def test_a_large_picture_becomes_a_small_one():
    kept = read_picture(bomb(4_992, 5_000))
    assert max(opened(kept).size) == SIDE


def test_more_bytes_than_can_be_read_are_refused():
    with pytest.raises(PictureTooLarge):
        read_picture(drawn() + b"\0" * MAX_BYTES)


def test_even_noise_fits(tmp_path):
    path = tmp_path / "noise.png"
    Image.frombytes("RGBA", (SIDE, SIDE), os.urandom(SIDE * SIDE * 4)).save(path)
    assert len(read_picture(path.read_bytes())) <= KEPT_BYTES


@pytest.mark.filterwarnings("ignore:.*:UserWarning")  # Pillow grumbles at some
@pytest.mark.parametrize("kind", ("PNG", "JPEG", "GIF", "WEBP"))
def test_a_damaged_picture_is_read_or_refused(kind):
    luck = random.Random(kind)  # noqa: S311
    whole = drawn(kind, exif=exif()) if kind != "GIF" else drawn(kind)
    for _each in range(150):
        data = bytearray(whole)
        for _hit in range(luck.choice((1, 3, 12))):
            data[luck.randrange(len(data))] = luck.randrange(256)
        try:
            kept = read_picture(bytes(data))
        except (PictureTooLarge, UnknownPicture):
            continue
        assert opened(kept).format == "PNG"
