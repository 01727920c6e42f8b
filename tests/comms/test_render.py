"""What stands in the mails: the same for all but for what is each person's own."""

import re
from datetime import date
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comms.forms.quotes import LONG as LONGEST_QUOTE
from comms.forms.sections import OPENING
from comms.forms.sections import WORDS as WORDS_OF_OWN
from comms.inbound.addresses import ReplyTo, say_address
from comms.models import Circle, Delivery, IssueState, LeftOut
from comms.sending.mail import Skip, assemble
from comms.services.quotes import QUOTES
from comms.services.release import release_issue
from comms.services.sections import OWN_SECTIONS
from comms.updates import sheet
from comms.updates.content import Content, Item, Section, SectionKind
from comms.updates.render import preview, render_issues
from members.models import Partner
from tasks.models import AssignmentStatus, Letter
from tests.comms.drafts import content, make_announcement, make_issue
from tests.factories.comms import UpdateScheduleFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    PartnerFactory,
)
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]

HOSTILE = (
    "Eve\r\nBcc: all@example.org",
    'Eve" <boss@example.org>,',
    "<script>alert(1)</script>",
    "{{ settings.SECRET_KEY }} {% debug %}",
    "[[name]] <!--personal--> %(name)s {name}",
    "=?utf-8?q?Boss?= =3D =",
    "\u202eevE \u200b\u0007 Ève 李",
    ".\r\n.\r\nQUIT",
    "x" * 200,
    "李" * 200,
)


# Sections without a list of records.
OTHERS = {
    *(
        SectionKind.NEWS,
        SectionKind.DECIDED,
        SectionKind.EVENT,
        SectionKind.PINNED,
        SectionKind.OWN,
    ),
    *(SectionKind.VOICES, SectionKind.NUMBERS),
}


class Seen(HTMLParser):
    """Collect what a reader sees, the links, and each element by name."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.tags, self.silent = "", [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.silent += tag in {"style", "title", "script"}
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        self.silent -= tag in {"style", "title", "script"}

    def handle_data(self, data):
        if not self.silent:
            self.words += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


class Mail:
    """One sent message, taken apart as a mail program does."""

    def __init__(self, raw):
        self.raw = raw
        self.message = message_from_bytes(raw, policy=policy.default)
        self.text = self.message.get_body(("plain",)).get_content()
        self.html = self.message.get_body(("html",)).get_content()
        self.seen = Seen(self.html)

    def __getitem__(self, header):
        return self.message[header]


def release(issue, by) -> list[Delivery]:
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(by))
    return list(Delivery.objects.filter(status="queued").order_by("person_id"))


def mails(issue, by) -> list[Mail]:
    rows = release(issue, by)
    made = render_issues(rows)
    return [Mail(sealed(made[row.pk], row)) for row in rows]


def sealed(mail, row) -> bytes:
    return assemble(mail, message_id=row.message_id, dedupe_key=row.dedupe_key)


@pytest.fixture
def issue(harbor):
    return make_issue(
        harbor,
        IssueState.APPROVED,
        subject="Seven schools, one quiet street",
        introduction="It **worked**. See [the map](https://example.org/map).",
        told=content("Harborview signs", "Translation checked"),
    )


@pytest.fixture(autouse=True)
def _fresh_sheets():
    sheet.shared_part.cache_clear()


def test_a_mail_says_who_what_why_and_how_to_stop(harbor, issue, alice, settings):
    harbor.postal_address = "Pier 4, Harbor City"
    harbor.save()
    UpdateScheduleFactory(coalition=harbor)
    (mail,) = mails(issue, alice)
    assert mail["Subject"] == "Seven schools, one quiet street"
    assert mail["From"] == f"Healthy Harbor Coalition <{settings.MAIL_FROM}>"
    assert mail["To"] == f"Alice Adams <{alice.person.email}>"
    assert mail["Reply-To"] == alice.person.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"
    assert "<harbor.updates.localhost>" in mail["List-Id"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith(f"<{settings.SITE_URL}/u/")
    assert mail["Feedback-ID"].endswith(":harbor:update:localhost")
    for words in (mail.text, " ".join(mail.seen.words.split())):
        assert "Hello Alice," in words
        assert "You get this every 2 weeks as a member of" in words
        assert "Just hit reply: Alice Adams reads every answer." in words
        assert "Pier 4, Harbor City" in words
        assert "Harborview signs" in words


def test_the_mail_passes_the_fence_in_exactly_the_approved_form(issue, alice):
    (row,) = release(issue, alice)
    assert render_issues([row])[row.pk].issue_sha256 == issue.approved_sha256


def test_text_and_html_tell_the_same_and_link_the_same(issue, alice, bob):
    AssignmentFactory(
        task=TaskFactory(goal=None, coalition=alice.coalition, title="Bring flyers"),
        person=bob.person,
        asked_by=alice.person,
    )
    for mail in mails(issue, alice):
        in_text = set(re.findall(r"https?://[^\s)>]+", mail.text))
        assert set(mail.seen.links) == in_text
        for words in ("Harborview signs", "Translation checked"):
            assert words in mail.text
            assert words in mail.seen.words


MARKED = "It **worked**: see [the {}](https://a.example/{}?b=1&c=2) or [nothing]()."


def test_the_text_says_what_is_written_without_its_marks(harbor, issue, alice):
    own = {"key": "own:1", "circle": Circle.EVERYBODY, "heading": "Ours", "by": "Rosa"}
    type(issue).objects.filter(pk=issue.pk).update(
        introduction=MARKED.format("map", "map"),
        own_note=MARKED.format("note", "note"),
        own_note_by=alice.person,
        openings={"achieved": {"words": MARKED.format("top", "top"), "by": "Rosa"}},
        own_sections=[{**own, "words": MARKED.format("end", "end")}],
    )
    issue.refresh_from_db()
    mail = preview(issue, alice.person, within=Circle.EVERYBODY)
    text = " ".join(mail.text.replace("| ", "").split())
    for name in ("map", "note", "top", "end"):
        said = (
            f"It worked: see the {name} (https://a.example/{name}?b=1&c=2) or nothing."
        )
        assert said in text
    in_text = set(re.findall(r"https?://[^\s)>]+", mail.text))
    assert {link for link in Seen(mail.html).links if link != "#"} - {""} == in_text


def test_the_foot_has_a_mail_address_of_each_persons_own(issue, alice, bob, settings):
    settings.MAIL_REPLY_ADDRESS = "reply@coalition.example.org"
    written = set()
    for mail, member in zip(mails(issue, alice), (alice, bob), strict=True):
        address = say_address(ReplyTo(issue.coalition_id, issue.pk, member.person.pk))
        to = [link for link in mail.seen.links if link.startswith("mailto:")]
        assert to == [f"mailto:{address}"]
        assert f"Or write to: {address}\r\n" in mail.text
        assert mail["Reply-To"] == alice.person.email
        written.add(address)
    assert len(written) == 2


def test_nobody_is_asked_to_write_where_no_mail_is_taken_in(issue, alice, settings):
    settings.MAIL_REPLY_ADDRESS = ""
    (mail,) = mails(issue, alice)
    assert "mailto:" not in mail.html
    assert "Or write to" not in mail.text


def test_a_look_at_a_draft_offers_no_address_to_write_to(issue, alice, settings):
    settings.MAIL_REPLY_ADDRESS = "reply@coalition.example.org"
    seen = preview(issue, alice.person, within=Circle.EVERYBODY)
    assert "reply+" not in seen.html + seen.text


def test_html_is_fit_for_mailboxes(issue, alice):
    (mail,) = mails(issue, alice)
    seen = mail.seen
    assert seen.all("html")[0]["lang"] == "en"
    assert len(seen.all("h1")) == 1
    assert [tag for tag, _ in seen.tags if tag in {"img", "script", "link"}] == []
    assert {table["role"] for table in seen.all("table")} == {"presentation"}
    assert "<title>Seven schools, one quiet street</title>" in mail.html
    assert "prefers-color-scheme: dark" in mail.html
    assert len(mail.raw) < 100_000
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998
    assert mail.raw.count(b"\n") == mail.raw.count(b"\r\n")


def test_each_persons_own_things_stand_on_top_of_their_mail_only(issue, alice, bob):
    asked = TaskFactory(
        goal=None, coalition=alice.coalition, title="Bring flyers", due=None
    )
    mine = TaskFactory(goal=None, coalition=alice.coalition, title="Paint signs")
    part = AssignmentFactory(task=asked, person=bob.person, asked_by=alice.person)
    AssignmentFactory(
        task=mine,
        person=bob.person,
        letter=Letter.ACCOUNTABLE,
        status=AssignmentStatus.ACCEPTED,
        answered_at=timezone.now(),
    )
    hers, his = mails(issue, alice)
    for words in (his.text, his.seen.words):
        assert "2 things wait for you" in words
        assert "Alice Adams asks you to be responsible for “Bring flyers”." in words
        assert words.index("Bring flyers") < words.index("Paint signs")
        assert words.index("Paint signs") < words.rindex("Harborview signs")
    assert part.link.path in his.text
    assert f"/c/harbor/tasks/{mine.pk}/" in his.text
    assert "wait for you" not in hers.text
    assert "Paint signs" not in hers.html
    assert his.text.count("/u/") == hers.text.count("/u/") == 1
    assert his["List-Unsubscribe"] != hers["List-Unsubscribe"]


def test_a_long_list_of_own_things_is_cut_and_counted(issue, alice):
    for n in range(9):
        task = TaskFactory(goal=None, coalition=alice.coalition, title=f"Task no. {n}")
        AssignmentFactory(task=task, person=alice.person)
    (mail,) = mails(issue, alice)
    assert "9 things wait for you" in mail.text
    assert mail.text.count("Task no.") == 6
    assert "and 3 more" in mail.text


@pytest.mark.parametrize(
    ("letter", "status"),
    (
        (Letter.INFORMED, AssignmentStatus.PROPOSED),
        (Letter.RESPONSIBLE, AssignmentStatus.DECLINED),
    ),
)
def test_what_one_does_not_carry_does_not_wait(issue, alice, letter, status):
    answered = None if status == AssignmentStatus.PROPOSED else timezone.now()
    task = TaskFactory(goal=None, coalition=alice.coalition)
    AssignmentFactory(
        task=task,
        person=alice.person,
        letter=letter,
        status=status,
        answered_at=answered,
    )
    (mail,) = mails(issue, alice)
    assert "waits for you" not in mail.text


def test_the_footer_names_the_partner_one_speaks_for(issue, alice):
    partner = PartnerFactory(coalition=alice.coalition, name="Eastquay Clinic")
    AffiliationFactory(partner=partner, person=alice.person)
    (mail,) = mails(issue, alice)
    assert "as a member from Eastquay Clinic" in mail.text


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_words_stay_words(harbor, alice, evil):
    """Everywhere that people write: names, titles, notes, subject and opening."""
    harbor.name = evil[:120]
    harbor.save()
    alice.person.full_name = evil
    alice.person.save()
    partner = PartnerFactory(coalition=harbor, name=evil)
    AffiliationFactory(partner=partner, person=alice.person)
    task = TaskFactory(goal=None, coalition=harbor, title=evil)
    AssignmentFactory(task=task, person=alice.person, asked_by=alice.person)
    item = Item(key="x", words=evil, note=evil, path="/c/harbor/", fresh=True)
    section = Section(kind=SectionKind.ACHIEVED, items=(item,), total=1)
    issue = make_issue(
        harbor,
        IssueState.APPROVED,
        subject=evil[:150],
        introduction=evil,
        told=Content((section,)),
    )
    (mail,) = mails(issue, alice)
    message = mail.message
    assert message["Bcc"] is None
    assert [a.addr_spec for a in message["To"].addresses] == [alice.person.email]
    assert [a.addr_spec for a in message["From"].addresses] == ["updates@localhost"]
    assert len(message["Subject"]) <= 150
    assert message.defects == []
    assert mail.seen.all("script") == []
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998
    assert len(list(message.iter_parts())) == 2
    assert mail.text.count("/u/") == 1


def test_the_longest_issue_is_below_what_mailboxes_clip(harbor, alice):
    def item(n):
        words = "Ω" * 200
        return Item(key=f"{n}", words=words, note=words * 2, path="/c/x/", percent=50)

    items = tuple(item(n) for n in range(40))
    sections = tuple(
        Section(kind=kind, items=items, total=4000)
        for kind in SectionKind
        if kind not in OTHERS
    )
    quote = {"words": "Ω" * LONGEST_QUOTE, "by": "Ω" * 120}
    own = {"heading": "Ω" * 80, "words": "Ω" * WORDS_OF_OWN, "by": "Ω" * 60}
    issue = make_issue(
        harbor,
        IssueState.APPROVED,
        told=Content(sections),
        openings={s.kind: {"words": "Ω" * OPENING, "by": "Ω" * 60} for s in sections},
        own_sections=[
            {"key": f"own:{n}", "circle": "steering", **own}
            for n in range(OWN_SECTIONS)
        ],
        quoted=[{"key": f"quote:{n}", **quote} for n in range(QUOTES)],
        introduction="Ω" * 5000,
        own_note="Ω" * 1000,
        own_note_by=alice.person,
    )
    for n in range(9):
        task = TaskFactory(goal=None, coalition=harbor, title=f"{n}" + "Ω" * 199)
        AssignmentFactory(task=task, person=alice.person)
    (mail,) = mails(issue, alice)
    assert len(mail.html.encode()) < 100_000
    assert "and 3998 more" in mail.text


def test_what_is_hidden_is_in_no_mail(harbor, alice):
    issue = make_issue(
        harbor,
        IssueState.APPROVED,
        told=content("Shown", "Secret canary"),
        hidden=["task:2"],
        subject="Shown",
    )
    (mail,) = mails(issue, alice)
    assert "Shown" in mail.text
    assert b"canary" not in mail.raw


def test_the_erased_get_nothing(issue, alice, bob):
    rows = release(issue, alice)
    type(bob.person).objects.filter(pk=bob.person_id).update(erased_at=timezone.now())
    made = render_issues(rows)
    skipped = [made[row.pk] for row in rows if row.person_id == bob.person_id]
    assert skipped == [Skip(LeftOut.ERASED)]


def test_an_announcement_is_the_news_and_the_personal_part(harbor, alice):
    issue = make_announcement(
        harbor, state=IssueState.APPROVED, told=content("Seventh school signs")
    )
    (mail,) = mails(issue, alice)
    assert "Seventh school signs" in mail.text
    assert "You get announcements as a member" in mail.text
    assert ":announcement:" in mail["Feedback-ID"]


def test_an_announcement_names_what_comes_next(harbor, alice):
    next_step = Item(key="m:2", words="Eighth school", day=date(2026, 6, 4))
    news = Item(key="m:1", words="Seventh school signs")
    told = Content(
        (
            Section(kind=SectionKind.NEWS, items=(news,), total=1),
            Section(kind=SectionKind.NEXT, items=(next_step,), total=1),
        )
    )
    issue = make_announcement(harbor, state=IssueState.APPROVED, told=told)
    (mail,) = mails(issue, alice)
    assert "WHAT COMES NEXT\r\n4 Jun:\r\n* Eighth school" in mail.text
    assert re.search(r"What comes next\s+Jun4\s+Eighth school", mail.seen.words)


def test_the_text_has_one_blank_line_after_the_greeting(harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, told=content("Seven schools"))
    (mail,) = mails(issue, alice)
    assert "Hello Alice,\r\n\r\nWHAT WE" in mail.text


def test_the_shared_part_is_rendered_once(issue, alice, bob, stella):
    rows = release(issue, alice)
    render_issues(rows)
    render_issues(rows)
    info = sheet.shared_part.cache_info()
    assert (info.misses, info.hits) == (1, 5)


def test_an_edit_makes_a_new_shared_part(harbor, alice):
    first = make_issue(harbor, IssueState.APPROVED, subject="One")
    assert "One" in preview(first, alice.person, within=Circle.STEERING).html
    first.subject, first.content_sha256 = "Two", "other"
    assert "Two" in preview(first, alice.person, within=Circle.STEERING).html


@pytest.mark.parametrize("people", (1, 3))
def test_a_batch_takes_the_same_statements_however_large(harbor, issue, alice, people):
    for _ in range(people - 1):
        member = MembershipFactory(coalition=harbor)
        task = TaskFactory(goal=None, coalition=harbor)
        AssignmentFactory(task=task, person=member.person)
    rows = release(issue, alice)
    with CaptureQueriesContext(connection) as seen:
        assert len(render_issues(rows)) == people
    assert len(seen) == 11


def test_a_batch_may_mix_coalitions_and_languages(harbor, issue, alice, charlie):
    other = make_issue(
        charlie.coalition, IssueState.APPROVED, subject="Elsewhere", told=content("Far")
    )
    mine = release(issue, alice)
    from coalition.common.tenancy import scope  # noqa: PLC0415

    with scope(coalition=charlie.coalition):
        theirs = release(other, charlie)
    made = render_issues([*mine, *theirs])
    assert made[theirs[0].pk].headers["Subject"] == "Elsewhere"
    assert b"Harborview" not in made[theirs[0].pk].content
    assert b"Far" not in made[mine[0].pk].content
    assert made[theirs[0].pk].headers["Reply-To"] == charlie.person.email


def test_a_preview_shows_what_the_person_would_get_but_no_living_token(issue, bob):
    task = TaskFactory(goal=None, coalition=bob.coalition, title="Bring flyers")
    AssignmentFactory(task=task, person=bob.person)
    seen = preview(issue, bob.person, within=Circle.STEERING)
    assert seen.subject == "Seven schools, one quiet street"
    for part in (seen.html, seen.text):
        assert "Hello Bob," in part
        assert "Bring flyers" in part
        assert "/u/" not in part


def test_an_address_of_a_human_reads_the_answers(harbor, issue, alice):
    harbor.reply_to = "desk@harbor.example"
    harbor.save()
    (mail,) = mails(issue, alice)
    assert mail["Reply-To"] == "desk@harbor.example"
    assert "Just hit reply: a person reads every answer." in mail.text
    assert Partner.objects.count() == 0


def test_a_note_is_marked_as_somebodys_own(harbor, alice):
    issue = make_issue(
        harbor,
        IssueState.APPROVED,
        subject="Seven schools",
        own_note="I will be away **next week**.",
        own_note_by=alice.person,
    )
    (mail,) = mails(issue, alice)
    assert "A note from Alice Adams" in mail.seen.words
    assert "A NOTE FROM Alice Adams | I will be away" in " ".join(mail.text.split())


def test_what_is_pinned_leads_in_its_own_box(harbor, alice):
    issue = make_issue(
        harbor,
        IssueState.APPROVED,
        told=content("One", "Two"),
        pinned=["task:2"],
        subject="Seven schools",
    )
    (mail,) = mails(issue, alice)
    text = " ".join(mail.text.split())
    assert text.index("FIRST OF ALL * Two") < text.index("WHAT WE ACHIEVED * One")
    assert mail.seen.words.index("First of all") < mail.seen.words.rindex("One")


def test_the_line_beside_the_subject_joins_whole_sentences(harbor, alice):
    items = tuple(
        Item(key=f"task:{n}", words=words, path="/x/", fresh=True)
        for n, words in enumerate(("The gate is open.", "Seven schools signed."))
    )
    told = Content((Section(kind=SectionKind.ACHIEVED, items=items, total=2),))
    issue = make_issue(harbor, told=told)
    mail = preview(issue, alice.person, within=Circle.EVERYBODY)
    assert mail.preheader == "The gate is open; Seven schools signed"
