"""Where a coalition wants it, nobody approves what they edited themselves."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from comms.errors import NeedsSomebodyElse, NobodyElseLeft
from comms.models import APPROVAL, Delivery, Editor, Issue, IssueState, Reach
from comms.notices.kinds import KINDS
from comms.notices.queue import queue_notices
from comms.notices.words import Words
from comms.sending.mail import Skip
from comms.services.announcements import draft_announcement
from comms.services.composing import compose_issue, fold_into, refresh_issue
from comms.services.editors import who_else_approves
from comms.services.issues import approve_issue, approve_words, edit_issue
from comms.services.items import show_item
from comms.services.quotes import add_quote, agree_to_quote
from comms.services.second_look import ask_for_approval
from comms.services.sections import open_section
from comms.services.telling import tell_with_update
from comms.updates.addressees import Addressees
from members.errors import NobodyElseToApprove
from members.models import Coalition
from members.permissions import MemberRole
from members.services.coalitions import edit_coalition
from tests.comms.drafts import make_announcement, make_issue
from tests.factories.goals import MilestoneFactory
from tests.factories.members import MembershipFactory, PartnerFactory
from tests.utils import acting, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]
WORDS = {"subject": "Seven schools", "introduction": "Hi", "own_note": ""}


@pytest.fixture
def careful(harbor) -> Coalition:
    Coalition.objects.filter(pk=harbor.pk).update(second_approval=True)
    harbor.refresh_from_db()
    return harbor


@pytest.fixture
def ana(harbor):
    return MembershipFactory(
        coalition=harbor, role=MemberRole.COORDINATOR, person__full_name="Ana Alba"
    )


def by(member):
    """Act as somebody of the coalition as it is now."""
    member.coalition.refresh_from_db()
    return acting(member)


def approve(issue, member) -> Issue:
    issue = Issue.objects.get(pk=issue.pk)
    return approve_issue(issue=issue, sha256=issue.content_sha256, by=by(member))


def edit(issue, member) -> None:
    edit_issue(issue=issue, version=1, **WORDS, by=by(member))


ACTS = {
    "words": edit,
    "item": lambda i, m: show_item(issue=i, key="task:1", shown=False, by=by(m)),
    "section": lambda i, m: open_section(
        issue=i, name="achieved", words="It was close.", by=by(m)
    ),
    "quote": lambda i, m: add_quote(
        issue=i,
        words="We danced.",
        signed="A mother",
        speaker=None,
        agreed_how="by phone",
        agreed_on=timezone.localdate(),
        by=by(m),
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("make", (make_issue, make_announcement))
def test_whoever_changed_it_does_not_approve_it(careful, alice, ana, make, act):
    issue = make(careful, introduction="Hello")
    ACTS[act](issue, alice)
    with pytest.raises(NeedsSomebodyElse):
        approve(issue, alice)
    assert approve(issue, ana).approved_by == ana.person


def test_drafting_again_is_a_change(careful, alice):
    now = timezone.now()
    issue = make_issue(
        careful,
        window_start=now - timedelta(days=9),
        window_end=now,
        introduction="Hello",
    )
    refresh_issue(issue=issue, now=timezone.now(), by=by(alice))
    with pytest.raises(NeedsSomebodyElse):
        approve(issue, alice)


def test_everybody_who_changed_it_counts_not_only_the_last(careful, alice, ana):
    issue = make_issue(careful)
    edit(issue, alice)
    show_item(issue=issue, key="task:1", shown=False, by=by(ana))
    for member in (alice, ana):
        with pytest.raises(NeedsSomebodyElse):
            approve(issue, member)


def test_whoever_asked_for_a_quote_changed_it_not_who_said_yes(careful, alice, ana):
    issue = make_issue(careful)
    given = {"words": "We danced.", "signed": "Ana", "speaker": ana.person}
    quote = add_quote(issue=issue, **given, by=by(alice))
    agree_to_quote(quote=quote, words="We danced.", by=by(ana))
    with pytest.raises(NeedsSomebodyElse):
        approve(issue, alice)
    approve(issue, ana)


def test_words_of_a_draft_that_is_folded_stay_the_work_of_who_wrote_them(
    careful, alice, ana
):
    PartnerFactory(coalition=careful)
    edit(make_issue(careful, source_key="p00001", period=1), alice)
    live = make_issue(
        careful, IssueState.PLANNED, source_key="p00002", period=2, subject=""
    )
    fold_into(live)
    compose_issue(live, now=timezone.now())
    assert Issue.objects.get(pk=live.pk).introduction == "Hi"
    with pytest.raises(NeedsSomebodyElse):
        approve(live, alice)
    assert approve(live, ana).edited_by == alice.person


def test_a_draft_in_which_nothing_was_made_is_folded_as_nobodys_work(careful, alice):
    now = timezone.now()
    PartnerFactory(coalition=careful)
    draft = make_issue(
        careful,
        source_key="p00001",
        period=1,
        subject="Somali translation checked",
        window_start=now - timedelta(days=9),
        window_end=now - timedelta(days=1),
    )
    refresh_issue(issue=draft, now=now, by=by(alice))
    live = make_issue(
        careful, IssueState.PLANNED, source_key="p00002", period=2, subject=""
    )
    fold_into(live)
    assert not Editor.objects.filter(issue=live).exists()


def draft_with_news(coalition, writer, *, first):
    """Draft an update that tells the words of somebody, whichever was there first."""
    PartnerFactory(coalition=coalition)
    words = {"subject": "Soup on Friday", "introduction": "Come all."}
    planned = make_issue(coalition, IssueState.PLANNED, period=1, subject="")
    if first == "update":
        compose_issue(planned, now=timezone.now())
    news = draft_announcement(**words, by=by(writer))
    tell_with_update(issue=news, by=by(writer))
    if first == "news":
        compose_issue(planned, now=timezone.now())
    return Issue.objects.get(pk=planned.pk)


@pytest.mark.parametrize("first", ("update", "news"))
def test_an_announcement_in_an_update_stays_the_work_of_who_wrote_it(
    careful, alice, ana, first
):
    issue = draft_with_news(careful, alice, first=first)
    assert "Come all." in str(issue.content)
    with pytest.raises(NeedsSomebodyElse):
        approve(issue, alice)
    assert approve(issue, ana).approved_by == ana.person


def test_words_changed_in_it_since_are_work_too_when_it_is_drafted_again(
    careful, alice, ana
):
    cora = MembershipFactory(coalition=careful, role=MemberRole.COORDINATOR)
    issue = draft_with_news(careful, alice, first="news")
    news = Issue.objects.announcements().get()
    edit_issue(issue=news, version=1, **WORDS, by=by(ana))
    refresh_issue(issue=issue, now=timezone.now(), by=by(cora))
    for member in (alice, ana, cora):
        with pytest.raises(NeedsSomebodyElse):
            approve(issue, member)


def test_its_writer_lets_the_next_update_tell_it(careful, client_of, alice, ana):
    words = {"subject": "Soup on Friday", "introduction": "Come all."}
    news = draft_announcement(**words, by=by(alice))
    client, url = client_of(alice), at(alice, "comms:update_detail", news.pk)
    wait = at(alice, "comms:announcement_wait", news.pk)
    assert wait in client.get(url).text
    assert "The next update tells it" in client.post(wait, follow=True).text


def test_whoever_chooses_whom_a_milestone_is_told_to_does_not_approve_that(
    careful, alice, ana
):
    milestone = MilestoneFactory(goal__coalition=careful, reached=True)
    partner = PartnerFactory(coalition=careful)
    some = Addressees(Reach.PARTNERS, (partner.pk,), "Clinic")
    for chosen in ({"addressees": some}, {"answered_by": alice.person}):
        issue = draft_announcement(happening=milestone, **chosen, by=by(alice))
        with pytest.raises(NeedsSomebodyElse):
            approve(issue, alice)
        approve(issue, ana)
    plain = draft_announcement(happening=milestone, by=by(alice))
    approve(plain, alice)


def test_an_approval_begins_again(careful, alice, ana):
    issue = make_issue(careful)
    edit(issue, alice)
    approve(issue, ana)
    show_item(issue=issue, key="task:1", shown=False, by=by(ana))
    assert list(Editor.objects.values_list("person", flat=True)) == [ana.person_id]
    approve(issue, alice)


def test_words_typed_on_approving_are_a_change_and_are_not_saved(careful, alice):
    issue = make_issue(careful)
    with pytest.raises(NeedsSomebodyElse):
        approve_words(
            issue=issue,
            version=1,
            **WORDS,
            sha256=issue.content_sha256,
            by=by(alice),
        )
    assert Issue.objects.get().introduction == ""
    assert not Editor.objects.exists()


def test_without_the_setting_one_person_is_enough(harbor, alice):
    issue = make_issue(harbor)
    edit(issue, alice)
    approve(issue, alice)


def test_the_database_refuses_the_approval_of_who_edited_last(careful, alice, ana):
    issue = make_issue(careful)
    edit(issue, alice)
    approve(issue, ana)
    rows = Issue.objects.filter(pk=issue.pk)
    for forged in ({"approved_by": alice.person}, {"approved_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**forged)


def test_the_command_keeps_to_it(careful, alice, ana):
    issue = make_issue(careful)
    edit(issue, alice)
    with pytest.raises(CommandError, match="somebody else approves it"):
        call_command("approve_update", str(issue.pk), by=alice.person.email)
    call_command("approve_update", str(issue.pk), by=ana.person.email)
    assert Issue.objects.get().state == IssueState.APPROVED


def test_the_others_are_asked_by_mail(careful, alice, ana, bob, stella):
    issue = make_issue(careful, subject="Seven schools")
    edit(issue, alice)
    ask_for_approval(issue=issue, by=by(alice))
    assert queue_notices(timezone.now()) == 1
    assert queue_notices(timezone.now()) == 0
    row = Delivery.objects.get(kind=APPROVAL)
    assert row.person == ana.person
    words = KINDS[APPROVAL].write([row])[row.pk]
    assert isinstance(words, Words)
    assert words.subject == "“Seven schools” waits for your approval"
    approve(issue, ana)
    assert isinstance(KINDS[APPROVAL].write([row])[row.pk], Skip)


def test_who_may_send_no_more_is_not_told_what_waits(careful, alice, ana):
    issue = make_issue(careful, subject="Seven schools")
    ask_for_approval(issue=issue, by=by(alice))
    queue_notices(timezone.now())
    row = Delivery.objects.get(kind=APPROVAL)
    ana.role = MemberRole.MEMBER
    ana.save()
    assert isinstance(KINDS[APPROVAL].write([row])[row.pk], Skip)


def test_nobody_elsewhere_is_asked(careful, alice, ana, charlie):
    issue = make_issue(careful)
    ask_for_approval(issue=issue, by=by(alice))
    queue_notices(timezone.now())
    assert [row.person for row in Delivery.objects.all()] == [ana.person]
    assert list(who_else_approves(issue)) == [alice.person, ana.person]


def test_when_everybody_edited_it_nobody_is_asked(careful, alice, ana):
    issue = make_issue(careful)
    edit(issue, alice)
    show_item(issue=issue, key="task:1", shown=False, by=by(ana))
    with pytest.raises(NobodyElseLeft):
        ask_for_approval(issue=issue, by=by(alice))


def test_it_takes_two_to_want_a_second(harbor, alice, request):
    fields = {"second_approval": True}
    with pytest.raises(NobodyElseToApprove):
        edit_coalition(coalition=harbor, version=1, by=by(alice), **fields)
    request.getfixturevalue("ana")
    edit_coalition(coalition=harbor, version=1, by=by(alice), **fields)
    assert Coalition.objects.get(pk=harbor.pk).second_approval


def test_the_draft_says_who_else_approves(careful, alice, ana, client_of):
    issue = make_issue(careful, subject="Seven schools")
    url = at(alice, "comms:update_detail", issue.pk)
    assert "that is you" in client_of(alice).get(url).text
    edit(issue, alice)
    page = client_of(alice).get(url)
    assert "somebody else approves it: Ana Alba." in page.text
    assert "Approve and send now" not in page.text
    answer = client_of(alice).post(at(alice, "comms:update_ask", issue.pk), follow=True)
    assert "They are asked by mail." in answer.text
    assert Issue.objects.get().approval_asked_by == alice.person
    assert "Approve and send now" in client_of(ana).get(url).text


def test_the_dashboard_says_whom_it_waits_for(careful, alice, ana, client_of):
    issue = make_issue(careful, subject="Seven schools")
    edit(issue, alice)
    home = at(alice, "web:home")
    assert "“Seven schools” waits for somebody else" in client_of(alice).get(home).text
    assert "Approve “Seven schools”" in client_of(ana).get(home).text


def test_the_settings_say_why_it_cannot_be_switched_on(harbor, alice, client_of):
    client = client_of(alice)
    given = {
        "name": harbor.name,
        "timezone": "UTC",
        "language": "en",
        "second_approval": "on",
        "version": 1,
    }
    answer = client.post(at(alice, "web:coalition_edit"), given)
    assert answer.status_code == 422
    assert "Name a second coordinator first" in answer.text
