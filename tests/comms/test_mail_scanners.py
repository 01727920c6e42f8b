"""A scanner that follows every link of every mail changes nothing."""

import re
from datetime import UTC, time
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
from comms.models import Delivery, Issue
from comms.sending.mail import assemble
from comms.services.issues import approve_issue
from comms.services.release import release_issue
from comms.services.testing import send_test
from goals.models import Goal
from members.models import Coalition, Membership, Person, Via
from members.permissions import MemberRole
from members.services.audit import Actor
from members.services.handovers import accept_handover, offer_handover
from tasks.models import CheckIn, CheckInSchedule, Hearing
from tasks.services.checkins import Said, enter_on_behalf
from tasks.services.comments import create_comment
from tasks.services.cycles import open_due_cycles
from tests.architecture.test_sweep import writes
from tests.factories.checkins import CheckInScheduleFactory
from tests.factories.inbound import InboundMailFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
ROSA = "rosa@healthyharbor.example"
LINK = re.compile(r"https?://[^\s\"'<>)\]]+")


@pytest.fixture
def coalition(db):
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
        release_issue(issue=approved, now=timezone.now(), at_once=True, by=by)
    goal = Goal.objects.first()
    create_comment(subject=goal, text="@Them", named={"Them": first}, by=by)
    Hearing.objects.update(tell_at=timezone.now())
    answered = offer_handover(taker=first, becomes="member", by=by)
    accept_handover(handover=answered, by=Actor(coalition, first, Via.WEB))
    _ask_how_it_goes(coalition)
    asks = Actor(coalition, first, Via.WEB)
    offer_handover(taker=second, becomes="member", by=asks)
    _enter_a_check_in(by)
    _ask_for_account_mail(rosa)


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


def _enter_a_check_in(by):
    said = Said(progress="By phone")
    waiting = CheckIn.objects.waiting().filter(cycle__closed_at=None)
    entered = enter_on_behalf(check_in=waiting[0], said=said, by=by)
    InboundMailFactory(check_in=entered, told_from=timezone.now())


def _ask_for_account_mail(membership):
    cache.clear()
    membership.user.set_password("correct horse battery")
    membership.user.save()
    client, mine = Client(), {"email": membership.user.email}
    client.post("/accounts/password/reset/", mine)
    client.post("/accounts/login/code/", mine)
    client.force_login(membership.user)
    new = {"action_add": "", "email": "rosa.new@example.org"}
    client.post("/accounts/email/", new)


def _links(rows):
    found = set()
    for row in rows:
        sealed = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
        mail = message_from_bytes(sealed, policy=policy.default)
        bodies = [part.get_content() for part in mail.walk() if not part.is_multipart()]
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
