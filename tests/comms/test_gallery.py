"""Every kind of mail, in every language, whatever people and partners are called."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test.signals import template_rendered
from django.utils import timezone

from coalition.common.tenancy import scope
from comms.jobs import RENDERERS
from comms.notices.cast import Cast
from comms.sending.mail import assemble
from comms.services.account_mail import KIND as ACCOUNT_MAIL
from comms.services.gallery import ACCOUNT, make_sample, shelves
from comms.updates import sheet
from members.models import Coalition, Partner, Person
from tests.factories.members import CoalitionFactory

pytestmark = pytest.mark.django_db

KINDS = [kind for shelf in shelves() for kind in shelf.names]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
LINK = re.compile(r"https?://[^\s\"'<>)\]]+")
# Whereto one writes to have a say, in the one form and in the other.
WRITE = re.compile(r"reply\+say-[0-9-]+-[a-z2-7]+@coalition\.example\.org")
LIMIT = 100_000
PLAIN = "Ana Reyes"
OWN_LINK = "https://evil.example/?a=1&b=2"
IN_A_NOTE = {OWN_LINK, "mailto:eve@example.org"}  # coordinators may link what they like
HOSTILE = (
    "Ana\r\nBcc: eve@example.org\r\n\r\n.\r\nQUIT\n\x85\u2028Subject: Other",
    "<script>alert(1)</script><img src=x onerror=alert(2)> {{ code }} {% x %} %(n)s {0}",
    f'Ana "Boss" <eve@example.org>, eve@example.org; {OWN_LINK}',
    "Ünï 王芳 أمينة 👩🏽‍⚕️ \u202egro.elpmaxe@eve\u202c " + "Wilhelmina-" * 12,
    " ",
)


@pytest.fixture
def coalition(db, settings):
    settings.MAIL_REPLY_ADDRESS = "reply@coalition.example.org"
    return CoalitionFactory(postal_address="1 Pier Street")


def cast(coalition: Coalition, name: str) -> Cast:
    """Return a cast in which everybody and everything goes by this name."""
    coalition.name = name[:200]
    made: dict[str, Any] = {"pk": 0, "coalition": coalition}
    return Cast(
        coalition=coalition,
        reader=Person(**made | {"pk": 1}, full_name=name, email="ana@example.org"),
        other=Person(**made, full_name=name, email="ben@example.org"),
        partner=Partner(**made, name=name),
        title=name,
        said=f"{name}\n\n{name * 20}",
        now=timezone.now(),
    )


@dataclass(frozen=True)
class Read:
    raw: bytes
    mail: Any

    def body(self, part: str) -> str:
        found = self.mail.get_body((part,))
        return found.get_content() if found else ""


def read(coalition, kind, name, language) -> Read:
    with scope(coalition=coalition):
        made = make_sample(kind, cast(coalition, name), language=language)
    raw = assemble(made, message_id="<1@example.org>", dedupe_key="1")
    return Read(raw, message_from_bytes(raw, policy=policy.default))


def test_there_is_a_sample_of_every_kind():
    shown = {kind.partition(".")[0] for kind in set(KINDS) - set(ACCOUNT)}
    shown.add(ACCOUNT_MAIL)
    assert shown == set(RENDERERS)


def test_every_template_of_a_mail_is_shown(coalition):
    """Also each part that only some mails have."""
    sheet.shared_part.cache_clear()
    sheet._inliner.cache_clear()
    rendered = set()

    def note(template, **_rest):
        rendered.add(template.name)

    template_rendered.connect(note)
    try:
        for kind in KINDS:
            read(coalition, kind, PLAIN, "en")
    finally:
        template_rendered.disconnect(note)
    templates = settings.BASE_DIR / "templates"
    there = {
        str(path.relative_to(templates))
        for folder in ("email", "account/email")
        for path in (templates / folder).rglob("*")
        if path.is_file()
    }
    assert there - rendered == set()


def test_the_sample_of_what_waits_for_a_yes_has_somebody_to_be_heard(coalition):
    sent = read(coalition, "proposals", PLAIN, "en")
    for part in ("plain", "html"):
        assert f"To be heard first: {PLAIN}." in sent.body(part)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_name_breaks_a_mail(coalition, kind, language):
    plain = read(coalition, kind, PLAIN, language)
    says_who_sends_it(plain)
    for name in (PLAIN, *HOSTILE):
        sent = read(coalition, kind, name, language)
        is_sound(sent)
        assert sent.mail.keys() == plain.mail.keys()
        assert addresses(sent, "To") == ["ana@example.org"]
        assert addresses(sent, "From") == [settings.MAIL_FROM]
        if kind not in ACCOUNT:
            leads_to_the_same_places(sent.body("html"), sent.body("plain"))


def addresses(sent: Read, header: str) -> list[str]:
    return [box.addr_spec for box in sent.mail[header].addresses]


def is_sound(sent: Read) -> None:
    assert not [defect for part in sent.mail.walk() for defect in part.defects]
    assert max(map(len, sent.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in sent.raw.replace(b"\r\n", b"")
    assert len(sent.raw) < LIMIT


class Tags(HTMLParser):
    """Collect the tags of a page, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.names.add(tag)
        self.links |= {value for name, value in attrs if name == "href"}


def leads_to_the_same_places(html: str, text: str) -> None:
    """Nothing that somebody is called becomes markup."""
    tags = Tags(html)
    assert not tags.names & {"script", "img", "iframe", "form", "link"}
    ours = {url for url in tags.links if url.startswith(settings.SITE_URL)}
    assert ours
    write = {f"mailto:{address}" for address in WRITE.findall(text)}
    assert {link for link in tags.links if WRITE.search(link)} == write
    assert tags.links - ours - write <= IN_A_NOTE
    assert ours == {
        url for url in LINK.findall(text) if url.startswith(settings.SITE_URL)
    }


def says_who_sends_it(sent: Read) -> None:
    assert sent.mail["Auto-Submitted"] == "auto-generated"
    assert sent.mail["Subject"]
    assert sent.body("plain").strip()
    if sent.mail["List-Unsubscribe"]:
        assert sent.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert sent.mail["Feedback-ID"]
        assert sent.mail["List-Id"]
