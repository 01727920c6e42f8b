"""Whatever a page or a mail says is marked for translation, or comes out of a row.

Each marked string, and each text of the rows, is put in ⟦brackets⟧; what is left
outside of them is a word that nobody can translate.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

from coalition.common import languages
from coalition.common.tenancy import scopes_disabled
from comms.jobs import render, tell
from comms.models import (
    ADDRESS,
    Circle,
    Delivery,
    Feedback,
    InboundMail,
    Issue,
    IssueKind,
    IssueState,
)
from comms.notices.kinds import KINDS
from comms.sending.mail import RenderedMail, assemble
from comms.updates.render import preview
from members.models import (
    Affiliation,
    AgreementAcceptance,
    AuditEntry,
    Coalition,
    Handover,
    Import,
    Membership,
    Person,
    Via,
)
from members.permissions import ROLE_PERMISSIONS, MemberRole
from tasks.models import (
    Ask,
    AskHelp,
    Assignment,
    CheckIn,
    CheckInCycle,
    CheckInSchedule,
    Consultation,
    Hurdle,
    ReadingReport,
    RoleAssignment,
    Task,
    TaskReport,
    TaskWord,
)
from tasks.models.duty import (
    ASKED,
    BEFORE_DUE,
    STILL_NO_ANSWER,
    last_reminder_day,
)
from tests.architecture import world as worlds
from tests.architecture.routes import ROUTES
from tests.architecture.test_other_routes import PLAIN
from tests.architecture.test_sweep import undone
from tests.architecture.world import MEANT, Tree
from tests.comms.drafts import make_issue
from tests.factories.checkins import AskHelpFactory
from tests.factories.comms import DeliveryFactory, PaperReaderFactory
from tests.factories.members import MembershipFactory, PartnerFactory
from tests.factories.tasks import AssignmentFactory, ConsultationFactory, TaskFactory

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.BASE_DIR) / "templates"
BRACKETED = "en-gb"  # dates as in English, and no catalogue of ours
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
# Initials and letters of the plan, which each language keeps; code is not read.
UNREAD = {"mark", "raci"}
CODE = {"script", "style", "code", "kbd"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
IN_ENGLISH = {"example_load"}  # leads into the example, which is made up in English
# Names, addresses, zones and codes: the same in each language.
NAMES = re.compile(
    r"""\S+@\S+ | https?://\S+ | [A-Z]\w+/[\w/-]+ | SHA-256
    | \b(?:UTC|Coalition|CSV|English|Español)\b""",
    re.VERBOSE,
)
KEPT = models.SlugField | models.EmailField | models.URLField
FROM_A_FILE = {"titles", "cells"}
WORD = re.compile(r"[^\W\d_]{2,}")


class Brackets(NullTranslations):
    """A language in which every string stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message.rpartition(CONTEXT_SEPARATOR)[2]}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return BRACKETED

    to_language = language


class Reader(HTMLParser):
    """Collect what stands outside the brackets, in the text and in what is read out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.bare: list[str] = []
        self.unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        attributes = dict(attrs)
        self.bare += [
            outside(value) for name, value in attrs if value and name in SPOKEN
        ]
        if tag == "input" and attributes.get("type") in {"submit", "button"}:
            self.bare.append(outside(attributes.get("value") or ""))
        unread = UNREAD & set((attributes.get("class") or "").split())
        names = tag == "select" and attributes.get("name") == "timezone"
        if tag not in VOID and (self.unread or unread or names or tag in CODE):
            self.unread.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.unread and self.unread[-1] == tag:
            self.unread.pop()

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.said.append(data)

    def found(self) -> set[str]:
        parts = (outside("".join(self.said)), *self.bare)
        return {word for part in parts for word in WORD.findall(NAMES.sub(" ", part))}


def outside(text: str) -> str:
    """Return the text without what stands in brackets."""
    depth, kept = 0, []
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        if not depth and char != "⟧":
            kept.append(char)
    return "".join(kept)


def unmarked(html: str) -> set[str]:
    reader = Reader()
    reader.feed(html)
    return reader.found()


def bracket(row: models.Model) -> None:
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        meant = field.choices or field.name in MEANT or isinstance(field, KEPT)
        if isinstance(value, str) and "@" not in value and not meant:
            room = field.max_length - 2 if field.max_length else None
            setattr(row, field.attname, bracketed(value[:room]))
        if isinstance(field, models.JSONField) and field.name in FROM_A_FILE:
            setattr(row, field.attname, inside(value))


def inside(value: Any) -> Any:
    if isinstance(value, list):
        return [inside(part) for part in value]
    if isinstance(value, dict):
        return {name: inside(part) for name, part in value.items()}
    return bracketed(value) if isinstance(value, str) else value


def bracketed(words: str) -> str:
    return f"⟦{words}⟧".replace(" ", "_") if words else ""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[Tree]:
    with django_db_blocker.unblock(), undone():
        tree = worlds.plant(bracket, slug="harbor")
        Coalition.objects.update(language=BRACKETED)
        for person in Person.objects.exclude(full_name__contains="⟦"):
            Person.objects.filter(pk=person.pk).update(full_name=bracketed(str(person)))
        soon = timezone.localdate() + timedelta(days=9)
        AgreementAcceptance.objects.update(renew_on=soon)
        RoleAssignment.objects.update(to_on=soon)
        Import.objects.update(data="name\n⟦Partner⟧\n".encode())
        yield tree


@pytest.fixture(autouse=True)
def _in_brackets(monkeypatch, settings) -> Iterator[None]:
    settings.LANGUAGES = [(BRACKETED, "English"), ("en", "English")]
    settings.LANGUAGE_CODE = BRACKETED
    known: Any = vars(trans_real)["_translations"]
    monkeypatch.setitem(known, BRACKETED, Brackets())
    monkeypatch.setattr(languages, "LANGUAGES", {BRACKETED})
    with translation.override(BRACKETED):
        yield


@pytest.mark.parametrize("role", (MemberRole.COORDINATOR, MemberRole.MEMBER))
def test_pages_say_nothing_unmarked(world, role):
    client = worlds.signed_in(world[Coalition], role=role, person__full_name="⟦Alma⟧")
    found = {}
    for route in ROUTES:
        if route.permission not in ROLE_PERMISSIONS[role] or route.name in IN_ENGLISH:
            continue
        url = route.url(world[Coalition], world)
        for ask in (client.get, client.post):
            if words := words_of(ask, url):
                found[f"{ask.__name__} {route.path}"] = words
    assert found == {}


def test_pages_outside_a_coalition_say_nothing_unmarked(world):
    client = worlds.signed_in(world[Coalition], person__full_name="⟦Alma⟧")
    found = {}
    for path in PLAIN:
        for who in (client, Client()):
            if words := words_of(who.get, f"/{path}"):
                found[path] = words
    assert found == {}


def words_of(ask: Callable[..., Any], url: str) -> set[str]:
    with undone():
        response = ask(url, follow=True)
        said = response.getvalue()
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return unmarked(said.decode()) if html else set()


def notices() -> Iterator[tuple[str, set[str]]]:
    """Yield, for each kind of notice that is due, what in its mail is unmarked."""
    tell(timezone.now())
    for row in Delivery.objects.filter(kind__in=KINDS):
        made = render([row])[row.pk]
        if not isinstance(made, RenderedMail):
            continue
        sealed = assemble(made, message_id="<1@x>", dedupe_key="1")
        mail = message_from_bytes(sealed, policy=policy.default)
        html, plain = (mail.get_body((kind,)) for kind in ("html", "plain"))
        assert html
        assert plain
        said = (mail["Subject"], html.get_content(), plain.get_content())
        yield row.kind, set().union(*map(unmarked, said))


def open_check_ins() -> None:
    """Let the planted round be open, at an hour that is quiet for nobody."""
    CheckInSchedule.objects.update(quiet_from=time(0), quiet_to=time(0))
    tomorrow = timezone.now() + timedelta(days=1)
    CheckInCycle.objects.update(closed_at=None, closes_at=tomorrow)


def _let_a_task_be_due(now: datetime) -> None:
    """Let what was planted be spoken of on the last reminder day, at any hour."""
    day = last_reminder_day(now.date())
    asked_at = datetime.combine(day - STILL_NO_ANSWER, time(12), UTC)
    Person.objects.update(consent_digest=True, consent_at=now)
    Task.objects.update(done_at=None, done_by=None, due=day + BEFORE_DUE)
    waiting = {"status": "proposed", "answered_at": None, "asked_at": asked_at}
    Assignment.objects.update(letter="R", **waiting)
    voice = Affiliation.objects.select_related("partner").filter(kind="delegate")[0]
    task = Task.objects.filter(coalition=voice.coalition)[0]
    unnamed = AssignmentFactory(task=task, person=None, partner=voice.partner)
    lately = datetime.combine(day - ASKED, time(12), UTC)
    Assignment.objects.filter(pk=unnamed.pk).update(asked_at=lately)


def _ask_and_answer(now: datetime) -> None:
    """Let who was planted be asked for their view, and another have given theirs."""
    soon = now.date() + timedelta(days=7)
    asked = Consultation.objects.select_related("coalition").get()
    other = MembershipFactory(
        coalition=asked.coalition, person__full_name="⟦Oskar⟧"
    ).person
    parts = {"coalition": asked.coalition, "task": asked.task, "person": other}
    Consultation.objects.update(due=soon, asked_at=now)
    AssignmentFactory(letter="C", **parts)
    AssignmentFactory(letter="C", **{**parts, "person": asked.person})
    answered_at = now - timedelta(hours=1)
    answer = {"answer": "⟦Yes.⟧", "answered_at": answered_at, "answered_by": other}
    question = {"question": "⟦Which?⟧", "due": soon, "asked_by": asked.person}
    ConsultationFactory(**parts, **question, **answer)


def _let_a_task_be_done(now: datetime) -> None:
    Task.objects.update(done_at=now - timedelta(hours=1))
    Assignment.objects.filter(letter="R").update(letter="I")


def _answer_for_somebody(coalition: Coalition) -> None:
    other = MembershipFactory(coalition=coalition, person__full_name="⟦Olga⟧").person
    CheckIn.objects.update(entered_by=other, answered_at=timezone.now())


def _let_somebody_help() -> None:
    """Ask a partner, and tell of a yes; both in the same round of mails."""
    now = timezone.now()
    Affiliation.objects.update(kind="delegate", to_on=None, from_on=None)
    Membership.objects.update(role=MemberRole.COORDINATOR, state="active")
    AskHelp.objects.update(state="asked", asked_at=now, answered_at=None)
    row = AskHelp.objects.get()
    other = PartnerFactory(coalition=row.coalition, name="⟦Helper⟧")
    AskHelpFactory(ask=row.ask, partner=other, state="offered", answered_at=now)
    Ask.objects.update(state="offered", closed_at=None, met=None, news_at=now)


def report_and_answer(coalition: Coalition) -> None:
    """Let a "done" and a figure wait since yesterday, and a "done" be answered."""
    yesterday = timezone.now() - timedelta(days=1, hours=12)
    waits = {"created_at": yesterday, "updated_at": yesterday}
    TaskReport.objects.update(word=TaskWord.DONE, **waits)
    ReadingReport.objects.update(**waits)
    lead = MembershipFactory(
        coalition=coalition,
        role=MemberRole.COORDINATOR,
        person__full_name="⟦Rosa⟧",
    ).person
    report = TaskReport.objects.get()
    report.pk, report.task = None, TaskFactory(goal=report.task.goal, title="⟦Paint⟧")
    report.agreed, report.reply = False, "⟦Proofs?⟧"
    report.settled_at, report.settled_by = yesterday, lead
    report.save()


def _answer_what_was_said() -> None:
    Feedback.objects.update(
        state="explained",
        answer="⟦Because.⟧",
        closed_at=timezone.now() - timedelta(hours=1),
    )


def _let_somebody_bring_it(coalition: Coalition, courier: Person) -> None:
    at = {"released_at": timezone.now(), "at_once": True, "source_key": "p00099"}
    make_issue(coalition, IssueState.DONE, subject="⟦Our week⟧", **at)
    reads = MembershipFactory(coalition=coalition, person__full_name="⟦Jorge⟧").person
    reader = PaperReaderFactory(coalition=coalition, person=reads, courier=courier)
    type(reader).objects.filter(pk=reader.pk).update(created_at=courier.created_at)


def _give_access(coalition: Coalition, by: Person) -> None:
    given = {"action": "access", "before": {"role": "member"}}
    member = MembershipFactory(
        coalition=coalition, role=MemberRole.STEERING, person__full_name="⟦Rosa⟧"
    )
    target = {"model": "members.person", "target_pk": str(member.person_id)}
    AuditEntry.objects.create(
        coalition=coalition, actor=by, via=Via.WEB, **given, **target
    )


def test_mails_say_nothing_unmarked(world, monkeypatch):
    monkeypatch.setattr("tasks.queries.duties.NIGHT", (time(0), time(0)))
    found: dict[str, set[str]] = {}
    with undone(), scopes_disabled():
        open_check_ins()
        _let_a_task_be_due(timezone.now())
        _ask_and_answer(timezone.now())
        report_and_answer(world[Coalition])
        _answer_what_was_said()
        InboundMail.objects.update(told_from=timezone.now())
        Issue.objects.update(
            state=IssueState.COMPOSED, approval_asked_at=timezone.now()
        )
        Coalition.objects.update(second_approval=True)
        _let_somebody_bring_it(world[Coalition], world[Person])
        _give_access(world[Coalition], world[Person])
        found |= dict(notices())
        Handover.objects.update(accepted_at=timezone.now())
        CheckIn.objects.update(reminded=1)
        _let_a_task_be_done(timezone.now())
        Hurdle.objects.update(news_at=timezone.now())
        _let_somebody_help()
        _answer_for_somebody(world[Coalition])
        asked = {"coalition": world[Coalition], "person": world[Person]}
        DeliveryFactory(**asked, kind=ADDRESS, language=BRACKETED)
        found |= dict(notices())
        CheckInCycle.objects.update(closed_at=timezone.now())
        found |= dict(notices())
        assert found.keys() == KINDS.keys()
        for kind in IssueKind:
            issue = Issue.objects.get(pk=world[Issue].pk)
            issue.kind = kind
            seen = preview(issue, world[Person], within=Circle.STEERING)
            found[kind] = unmarked(seen.html) | unmarked(seen.text)
    for path in (TEMPLATES / "account" / "email").iterdir():
        found[path.name] = unmarked(render_to_string(f"account/email/{path.name}"))
    assert {kind: words for kind, words in found.items() if words} == {}
