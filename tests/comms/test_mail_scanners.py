"""A scanner that follows every link of every mail changes nothing."""

import re
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from comms.jobs import RENDERERS, render, tell
from comms.models import Delivery, Issue, IssueState, Outcome
from comms.queries.feedback import TELL_AFTER
from comms.sending.mail import assemble
from comms.sending.troubles import people_in_trouble
from comms.services.issues import approve_issue
from comms.services.release import release_issue
from comms.services.returned import ask_whether_mail_arrives
from comms.services.testing import send_test
from comms.updates.draft import audience_of
from goals.models import Goal
from members.models import Coalition, Membership, Partner, Person, Via
from members.permissions import MemberRole
from members.services.audit import Actor
from members.services.handovers import accept_handover, offer_handover
from members.services.people import change_access
from tasks.models import (
    Ask,
    AskHelp,
    Assignment,
    CheckIn,
    CheckInSchedule,
    Hearing,
    Hurdle,
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
from tasks.services.asks import ask_partner
from tasks.services.checkins import Said, enter_on_behalf
from tasks.services.comments import create_comment
from tasks.services.cycles import open_due_cycles
from tasks.services.proposals import settle_task_report
from tests.architecture.test_sweep import writes
from tests.factories.checkins import (
    CheckInCycleFactory,
    CheckInFactory,
    CheckInScheduleFactory,
    TaskReportFactory,
)
from tests.factories.comms import IssueFactory, QuoteFactory
from tests.factories.feedback import FeedbackFactory
from tests.factories.inbound import InboundMailFactory
from tests.factories.members import AffiliationFactory
from tests.factories.tasks import AssignmentFactory, ConsultationFactory, TaskFactory
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
ROSA = "rosa@healthyharbor.example"
LINK = re.compile(r"https?://[^\s\"'<>)\]]+")


@pytest.fixture
def coalition(db, monkeypatch, settings):
    settings.MAIL_REPLY_ADDRESS = "reply@coalition.example.org"
    monkeypatch.setattr("tasks.queries.duties.NIGHT", (time(0), time(0)))
    call_command("seed_demo", verbosity=0)
    with scopes_disabled():
        coalition = Coalition.objects.get()
        with scope(coalition=coalition):
            _let_everything_happen(coalition)
    return coalition


def _let_everything_happen(coalition):
    """Cause a mail of every kind."""
    rosa = Membership.objects.get(person__email=ROSA)
    by = Actor(coalition, rosa.person, Via.WEB)
    steering = Membership.objects.filter(role=MemberRole.STEERING)
    first, second = (membership.person for membership in steering[:2])
    for issue in Issue.objects.drafts():
        send_test(issue=issue, by=Actor(coalition, first, Via.WEB))
        approved = approve_issue(issue=issue, sha256=issue.content_sha256, by=by)
        release_issue(
            issue=approved,
            now=timezone.now(),
            at_once=True,
            count=audience_of(approved).gets,
            by=by,
        )
    # It is on its way: who brings it on paper is told when nobody calls it back.
    Delivery.objects.exclude(issue=None).update(data_started_at=timezone.now())
    goal = Goal.objects.first()
    create_comment(subject=goal, text="@Them", named={"Them": first}, by=by)
    Hearing.objects.update(tell_at=timezone.now())
    answered = offer_handover(taker=first, becomes="member", by=by)
    accept_handover(handover=answered, by=Actor(coalition, first, Via.WEB))
    _give_access(by)
    _ask_how_it_goes(coalition)
    _let_letters_speak(coalition, first)
    _ask_for_a_view(coalition, first, second)
    asks = Actor(coalition, first, Via.WEB)
    offer_handover(taker=second, becomes="member", by=asks)
    _enter_a_check_in(by)
    _write_by_mail(coalition, second)
    Hurdle.objects.update(news_at=timezone.now())
    _let_somebody_help(by)
    _report_and_answer(by)
    CheckInFactory(
        cycle=CheckInCycleFactory(
            schedule=CheckInSchedule.objects.first(),
            period=99,
            closed_at=timezone.now(),
        )
    )
    _ask_for_account_mail(rosa)
    switched_off, _why = people_in_trouble(coalition)[0]
    ask_whether_mail_arrives(person=switched_off, by=by)
    FeedbackFactory(
        explained=True,
        coalition=coalition,
        author=first,
        closed_at=timezone.now() - TELL_AFTER,
    )
    Coalition.objects.update(second_approval=True)
    draft = IssueFactory(
        coalition=coalition,
        state=IssueState.COMPOSED,
        approval_asked_at=timezone.now(),
    )
    Membership.objects.filter(person=first).update(role=MemberRole.COORDINATOR)
    QuoteFactory(issue=draft, speaker=first)


def _ask_how_it_goes(coalition):
    """Open a check-in, with one of those asked reminded already."""
    CheckInScheduleFactory(
        coalition=coalition,
        anchor_date=timezone.localdate(timezone=UTC),
        local_time=time(0),
        timezone="UTC",
    )
    CheckInSchedule.objects.update(quiet_from=time(0), quiet_to=time(0))
    open_due_cycles(timezone.now())
    waiting = CheckIn.objects.waiting()
    waiting.filter(pk=waiting.latest("pk").pk).update(reminded=1)


def _let_letters_speak(coalition, person):
    """Let one task be due, one be done, and one be unanswered for long."""
    now = timezone.now()
    day = last_reminder_day(now.date())
    due, done, asked = (
        TaskFactory(coalition=coalition, goal=None, due=day + BEFORE_DUE)
        for _ in range(3)
    )
    rows = (
        AssignmentFactory(task=due, person=person),
        AssignmentFactory(task=done, person=person, letter="I"),
        AssignmentFactory(task=asked, person=person),
    )
    place = AffiliationFactory(person=person, partner__coalition=coalition).partner
    unnamed = AssignmentFactory(task=asked, person=None, partner=place)
    long_ago = datetime.combine(day - STILL_NO_ANSWER, time(12), UTC)
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(asked_at=long_ago)
    lately = datetime.combine(day - ASKED, time(12), UTC)
    Assignment.objects.filter(pk=unnamed.pk).update(asked_at=lately)
    Task.objects.filter(pk=done.pk).update(done_at=now - timedelta(hours=1))


def _ask_for_a_view(coalition, asks, answers):
    """Ask two about one task; one of them has answered."""
    now = timezone.now()
    task = TaskFactory(coalition=coalition, goal=None, due=None)
    for person in (asks, answers):
        AssignmentFactory(task=task, person=person, letter="C")
    ConsultationFactory(task=task, person=asks)
    said = {"answer": "Yes.", "answered_at": now - timedelta(hours=1)}
    ConsultationFactory(task=task, person=answers, asked_by=asks, **said)


def _enter_a_check_in(by):
    said = Said(progress="By phone")
    waiting = CheckIn.objects.waiting().filter(cycle__closed_at=None)
    entered = enter_on_behalf(check_in=waiting[0], said=said, by=by)
    InboundMailFactory(check_in=entered, told_from=timezone.now())


def _write_by_mail(coalition, person):
    """Say something by mail, to the address at the foot of an update."""
    said = FeedbackFactory(coalition=coalition, author=person, by_mail=True)
    InboundMailFactory(
        coalition=coalition,
        check_in=None,
        issue=Issue.objects.first(),
        person=person,
        sender=person.email,
        feedback=said,
        outcome=Outcome.SAID,
        told_from=timezone.now(),
    )


def _let_somebody_help(by):
    """Ask one partner for help; another has come forward."""
    now = timezone.now()
    offered = AskHelp.objects.select_related("ask").get(state="offered")
    other = Partner.objects.active().exclude(pk=offered.partner_id)
    other = other.filter(affiliations__kind="delegate").first()
    ask_partner(ask=offered.ask, partner=other, by=by)
    AskHelp.objects.filter(pk=offered.pk).update(answered_at=now)
    Ask.objects.filter(pk=offered.ask_id).update(news_at=now)


def _report_and_answer(by):
    """Report two things yesterday, one of which is answered."""
    check_in = CheckIn.objects.exclude(person=by.person).first()
    waiting, answered = Task.objects.filter(done_at=None)[:2]
    for task in (waiting, answered):
        TaskReportFactory(check_in=check_in, task=task, word=TaskWord.DONE)
    report = TaskReport.objects.get(task=answered)
    settle_task_report(report=report, agrees=False, words="Proofs?", by=by)
    yesterday = timezone.now() - timedelta(days=1, hours=12)
    TaskReport.objects.filter(task=answered).update(settled_at=yesterday)
    TaskReport.objects.update(created_at=yesterday, updated_at=yesterday)


def _give_access(by):
    member = Membership.objects.active().filter(role=MemberRole.MEMBER).first()
    change_access(
        membership=member,
        version=member.version,
        role=MemberRole.STEERING,
        state=member.state,
        by=by,
    )


def _ask_for_account_mail(membership):
    cache.clear()
    membership.user.set_password("correct horse battery")
    membership.user.save()
    client, mine = Client(), {"email": membership.user.email}
    client.post("/accounts/password/reset/", mine)
    client.post("/accounts/login/code/", mine)
    sign_in(client, membership.user)
    new = {"action_add": "", "email": "rosa.new@example.org"}
    client.post("/accounts/email/", new)


def _links(rows):
    found = set()
    for row in rows:
        sealed = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
        mail = message_from_bytes(sealed, policy=policy.default)
        bodies = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        # What follows links writes to no address: the foot of an update has one.
        told = row.issue_id is not None
        assert told == any('href="mailto:reply+say-' in text for text in bodies)
        for text in (*bodies, mail.get("List-Unsubscribe", "")):
            found |= {link.replace("&amp;", "&") for link in LINK.findall(text)}
    return {urlsplit(link) for link in found if link.startswith(settings.SITE_URL)}


def test_following_every_link_of_every_mail_changes_nothing(coalition):
    tell(timezone.now())
    rows = list(Delivery.objects.filter(status="queued"))
    assert {row.kind for row in rows} == set(RENDERERS)
    one_a_kind = {(row.kind, row.lane, row.person_id): row for row in rows}.values()
    links = _links(list(one_a_kind))
    assert {link.path.split("/")[1] for link in links} >= {"c", "l", "u", "accounts"}
    signed_in = Client()
    rosa = Membership.objects.select_related("user").get(person__email=ROSA)
    signed_in.force_login(rosa.user)
    before = Person.objects.values_list("pk", "updated_at").order_by("pk")
    before = list(before)
    for client in (Client(), signed_in):
        for link in sorted(links):
            for method in ("GET", "HEAD"):
                with writes() as tables:
                    url = f"{link.path}?{link.query}"
                    answer = client.generic(method, url, follow=True)
                assert answer.status_code < 500, link.path
                assert not tables, f"{method} {link.path} wrote to {tables}"
    assert list(Person.objects.values_list("pk", "updated_at").order_by("pk")) == before
