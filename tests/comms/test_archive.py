"""What was sent, to be read again: by members, and by the link in each mail."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.jobs import run_pump
from comms.models import Circle, Delivery, Issue, IssueState, Lane
from comms.sending.pump import pump
from comms.services.finding import keep_findable
from comms.services.items import withdraw_item
from comms.services.release import release_issue
from comms.updates import sheet
from comms.updates.content import Content
from comms.updates.links import absolute, read_url
from comms.updates.paper import papers_of
from comms.updates.paper_readers import OnPaper
from comms.updates.render import preview, render_issues
from tests.comms.drafts import arrived, content, make_issue
from tests.factories.tasks import AssignmentFactory, TaskFactory
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


@pytest.fixture(autouse=True)
def _fresh_sheets():
    sheet.shared_part.cache_clear()


def sent(coalition, person, **fields):
    issue = make_issue(
        coalition,
        IssueState.DONE,
        released_at=timezone.now(),
        told=content("Harborview signs", "Translation checked"),
        **{"subject": "Seven schools"} | fields,
    )
    return arrived(issue, person)


def link_to(issue, person) -> str:
    return urlsplit(read_url(issue.coalition_id, issue.pk, person.pk)).path


# The archive


def test_a_member_reads_what_was_sent(client_of, bob, harbor, charlie):
    issue = sent(harbor, bob.person)
    make_issue(harbor, subject="Still a draft")
    with scopes_disabled():
        sent(charlie.coalition, charlie.person, subject="Canary")
    client = client_of(bob)
    shown = client.get("/c/harbor/archive/").content.decode()
    assert "Seven schools" in shown
    assert "Still a draft" not in shown
    assert "Canary" not in shown
    page = client.get(f"/c/harbor/archive/{issue.pk}/").content.decode()
    assert "Harborview signs" in page
    assert "Take back" not in page


def test_what_is_only_counted_leads_to_where_it_stands(client_of, alice, bob, harbor):
    (section,) = content(*(f"Signed {n}" for n in range(12))).sections
    told = Content((replace(section, total=15),))
    issue = make_issue(harbor, IssueState.APPROVED, told=told)
    seen = preview(issue, bob.person, within=Circle.EVERYBODY)
    url = f"/c/harbor/archive/{issue.pk}/"
    assert f'href="{absolute(url)}"' in seen.html
    assert f"* and 7 more\n  {absolute(url)}" in seen.text
    before = client_of(alice).get(url)
    assert before["Location"] == f"/c/harbor/updates/{issue.pk}/"
    assert client_of(bob).get(url).status_code == 404
    Issue.objects.filter(pk=issue.pk).update(released_at=timezone.now())
    page = client_of(bob).get(f"/c/harbor/archive/{arrived(issue, bob.person).pk}/")
    assert "Signed 11" in page.text
    assert '<a href="/c/harbor/tasks/?state=done">and 3 more</a>' in page.text


def test_what_nobody_got_is_not_there(client_of, bob, harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, subject="Seven schools")
    release_issue(issue=issue, now=timezone.now(), at_once=False, by=acting(alice))
    client = client_of(bob)
    assert "Nothing was sent yet" in client.get("/c/harbor/archive/").content.decode()
    assert client.get(f"/c/harbor/archive/{issue.pk}/").status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_the_archive_takes_the_same_statements(client_of, bob, harbor, rows):
    for _ in range(rows):
        sent(harbor, bob.person)
    client = client_of(bob)
    with CaptureQueriesContext(connection) as seen:
        client.get("/c/harbor/archive/")
    assert len(seen) == 5


def test_the_portal_leads_there(client_of, bob):
    assert "/c/harbor/archive/" in client_of(bob).get("/c/harbor/").content.decode()


# Taking back


def test_what_is_taken_back_is_shown_nowhere(client_of, alice, bob, harbor):
    issue = sent(harbor, bob.person)
    url = f"/c/harbor/archive/{issue.pk}/"
    answer = client_of(alice).post(f"{url}withdraw/", {"key": "task:1"})
    assert answer["Location"] == url
    for page in (
        client_of(bob).get(url).content.decode(),
        Client().get(link_to(issue, bob.person)).content.decode(),
    ):
        assert "Harborview signs" not in page
        assert "Translation checked" in page


@pytest.mark.parametrize(
    "case",
    (("introduction", "Bad news", "Sorry"), ("own_note", "Sorry", "Bad news")),
)
def test_opening_and_note_are_taken_back(client_of, alice, bob, harbor, case):
    key, gone, stays = case
    own = {"introduction": "Bad **news**", "own_note": "Sorry, all"}
    issue = sent(harbor, bob.person, own_note_by=alice.person, **own)
    keep_findable(issue)
    url = f"/c/harbor/archive/{issue.pk}/"
    offered = client_of(alice).get(url).text
    assert f'name="key" value="{key}"' in offered
    assert 'name="key"' not in client_of(bob).get(url).text
    client_of(alice).post(f"{url}withdraw/", {"key": key})
    assert f'value="{key}"' not in client_of(alice).get(url).text
    line = OnPaper(bob.person, "", None, asked=True, copy=None)
    for page in (
        client_of(bob).get(url).text,
        Client().get(link_to(issue, bob.person)).text,
        *papers_of(issue, [line], is_final=True),
    ):
        words = page.replace("<strong>", "").replace("</strong>", "")
        assert gone not in words
        assert stays in words
    found = client_of(bob).get(f"/c/harbor/archive/?q={gone.split()[0]}").text
    assert url not in found
    stored = Issue.objects.get(pk=issue.pk)
    assert (stored.introduction, stored.own_note) == (*own.values(),)


def test_a_member_takes_nothing_back(client_of, bob, harbor):
    issue = sent(harbor, bob.person)
    url = f"/c/harbor/archive/{issue.pk}/withdraw/"
    assert client_of(bob).post(url, {"key": "task:1"}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mailbox")
def test_mail_that_waits_goes_without_it(harbor, alice, settings):
    issue = make_issue(
        harbor,
        IssueState.APPROVED,
        subject="S",
        introduction="Gone too",
        told=content("Gone", "Two"),
    )
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(alice))
    for key in ("task:1", "introduction"):
        withdraw_item(issue=issue, key=key, by=acting(alice))
    run_pump(Lane.BULK, until_idle=True)
    (mail,) = settings.MAILBOX_DIR.rglob("*.eml")
    assert b"Two" in mail.read_bytes()
    assert b"Gone" not in mail.read_bytes()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mailbox")
def test_a_mail_made_before_does_not_pass_the_fence(harbor, alice):
    issue = make_issue(harbor, IssueState.APPROVED, told=content("One", "Two"))
    release_issue(issue=issue, now=timezone.now(), at_once=True, by=acting(alice))

    def too_early(batch):
        mails = render_issues(batch)
        withdraw_item(issue=issue, key="task:1", by=acting(alice))
        return mails

    assert pump(render=too_early).sent == 0
    row = Delivery.objects.get()
    assert (row.status, row.data_started_at) == ("queued", None)


# The link in the mail


def test_the_link_shows_what_the_mail_says(harbor, bob):
    issue = sent(harbor, bob.person)
    answer = Client().get(link_to(issue, bob.person))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Hello Bob," in page
    assert "Harborview signs" in page
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_the_link_only_reads(harbor, bob):
    path = link_to(sent(harbor, bob.person), bob.person)
    assert Client().post(path).status_code == 405


def test_the_link_shows_nothing_that_came_later(harbor, bob):
    issue = sent(harbor, bob.person)
    task = TaskFactory(goal=None, coalition=harbor, title="A secret of next year")
    part = AssignmentFactory(task=task, person=bob.person)
    part.__class__.objects.update(asked_at=timezone.now() + timedelta(days=1))
    page = Client().get(link_to(issue, bob.person)).content.decode()
    assert "A secret of next year" not in page


def test_the_link_of_another_issue_or_a_draft_ends(harbor, bob, alice):
    draft = make_issue(harbor)
    answer = Client().get(link_to(draft, bob.person))
    assert answer.status_code == 410
    assert "This is not here any more" in answer.content.decode()
    issue = sent(harbor, bob.person)
    assert Client().get(link_to(issue, alice.person)).status_code == 410


def test_the_link_says_when_all_was_taken_back_or_the_person_erased(harbor, alice, bob):
    issue = sent(harbor, bob.person)
    path = link_to(issue, bob.person)
    for key in ("task:1", "task:2"):
        withdraw_item(issue=issue, key=key, by=acting(alice))
    assert "was taken back" in (answer := Client().get(path)).content.decode()
    assert answer.status_code == 410
    other = sent(harbor, bob.person)
    bob.person.__class__.objects.filter(pk=bob.person_id).update(
        erased_at=timezone.now()
    )
    assert Client().get(link_to(other, bob.person)).status_code == 410
