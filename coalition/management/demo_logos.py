"""The demo's logos, drawn by code, and what their partners agreed to show."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from members.models import Coalition, Partner, PartnerLogo, Person
from members.services.pictures import read_picture

NAVY, TEAL, SKY = "#12343b", "#1f7a78", "#7cc4c0"
AMBER, GOLD, BRICK, PLUM = "#f2a93b", "#ffd98a", "#9c3d22", "#6b2f66"
# partner: the words in it, and who agreed that it is shown in public
LOGOS: Final = {
    "Clean Air Harbor": ("Clean Air Harbor, over three gusts of wind", "Teo Lindgren"),
    "Lantern Street Church": ("A lit lantern", "Grace Owusu"),
    "Newcomers Welcome Center": ("An open door with the sun in it", ""),
}


def load_logos(
    coalition: Coalition,
    people: dict[str, Person],
    *,
    moment: Callable[[int], datetime],
) -> None:
    for name, (words, voice) in LOGOS.items():
        picture = read_picture(_png(DRAWN[name]()))
        Partner.objects.filter(name=name).update(
            logo=PartnerLogo.objects.create(coalition=coalition, data=picture),
            logo_alt=words,
            logo_agreed_at=moment(-29) if voice else None,
            logo_agreed_by=people[voice] if voice else None,
        )


def _gusts() -> Image.Image:
    picture, draw = _paper(1200, 420)
    for row, (color, end) in enumerate(((SKY, 330), (TEAL, 400), (NAVY, 280))):
        y = 110 + row * 80
        draw.line((40, y, end - 45, y), fill=color, width=34)
        draw.ellipse((23, y - 17, 57, y + 17), fill=color)
        draw.arc((end - 90, y - 74, end, y + 17), -90, 90, fill=color, width=34)
    font = ImageFont.load_default(size=118)
    draw.text((460, 70), "Clean Air", font=font, fill=NAVY)
    draw.text((460, 205), "Harbor", font=font, fill=TEAL)
    return picture


def _lantern() -> Image.Image:
    picture, draw = _paper(800, 800)
    draw.arc((290, 60, 510, 300), 180, 360, fill=BRICK, width=36)
    draw.polygon(((240, 260), (560, 260), (500, 180), (300, 180)), fill=BRICK)
    draw.rounded_rectangle((230, 260, 570, 680), radius=70, fill=AMBER)
    draw.rounded_rectangle((280, 310, 520, 630), radius=50, fill=GOLD)
    draw.ellipse((345, 390, 455, 570), fill="#ffffff")
    draw.rounded_rectangle((200, 660, 600, 730), radius=35, fill=BRICK)
    return picture


def _door() -> Image.Image:
    picture, draw = _paper(800, 800)
    draw.rounded_rectangle((60, 60, 740, 740), radius=150, fill=PLUM)
    draw.pieslice((240, 170, 560, 490), 180, 360, fill=GOLD)
    draw.rectangle((240, 330, 560, 740), fill=GOLD)
    draw.pieslice((310, 560, 490, 740), 180, 360, fill=AMBER)
    draw.rectangle((240, 650, 560, 740), fill="#ffffff")
    draw.polygon(((240, 330), (240, 740), (150, 800), (150, 270)), fill=BRICK)
    draw.ellipse((182, 520, 212, 550), fill=GOLD)
    return picture


DRAWN: Final[dict[str, Callable[[], Image.Image]]] = {
    "Clean Air Harbor": _gusts,
    "Lantern Street Church": _lantern,
    "Newcomers Welcome Center": _door,
}


def _paper(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    return picture, ImageDraw.Draw(picture)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
