"""Without a name means that storage does not tell: not now, not later, not by its order."""

import json
import logging
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.common.signing import read_token
from coalition.common.tenancy import scope, scopes_disabled
from coalition.settings import CACHES
from comms.errors import FeedbackUsedUp, NobodyReadsIt, ThreadIsFull
from comms.models import (
    A_MONTH,
    Feedback,
    FeedbackBox,
    FeedbackMessage,
    FeedbackPeriod,
)
from comms.services.anonymous import (
    A_DAY,
    create_anonymous,
    hash_of,
    open_boxes,
    thread_of,
    write_back,
    write_on,
)
from members.models import AuditEntry, Membership
from tests.factories.feedback import FeedbackFactory
from tests.factories.members import (
    AffiliationFactory,
    MembershipFactory,
    MergeFactory,
    PartnerFactory,
)
from tests.utils import acting, at

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 12, 9, tzinfo=UTC)
A_DAY_LATER = timedelta(days=1)


@pytest.fixture
def tuesday():
    with time_machine.travel(MAY, tick=False) as clock:
        yield clock


def say(membership, text="The chair interrupts women", once="1", **fields):
    given = {"kind": "concern", "text": text, "goal": None, "partner": None}
    token = create_anonymous(**{**given, **fields}, once=once, by=acting(membership))
    return read_token("feedback", token)[1]


def hand_over(clock):
    clock.shift(A_DAY_LATER)
    return open_boxes(timezone.now())


def test_it_waits_a_day_and_then_stands_there_without_a_name(in_harbor, bob, tuesday):
    say(bob)
    assert Feedback.objects.count() == 0
    assert open_boxes(timezone.now()) == 0
    assert hand_over(tuesday) == 1
    feedback = Feedback.objects.get()
    assert (feedback.author, feedback.visibility) == (None, "anonymous")
    assert feedback.raised_on == MAY.date()
    assert FeedbackBox.objects.count() == 0
    assert open_boxes(timezone.now()) == 0


def test_the_same_form_twice_is_one_act_also_the_next_day(in_harbor, bob, tuesday):
    secrets = {say(bob), say(bob)}
    hand_over(tuesday)
    secrets.add(say(bob))
    hand_over(tuesday)
    assert len(secrets) == 1
    assert Feedback.objects.count() == 1


def test_three_a_month_and_the_key_goes_with_the_month(in_harbor, bob, vera, tuesday):
    for n in range(A_MONTH):
        say(bob, once=str(n))
    with pytest.raises(FeedbackUsedUp):
        say(bob, once="more")
    say(vera, once="hers")
    tuesday.shift(timedelta(days=30))
    open_boxes(timezone.now())
    period = FeedbackPeriod.objects.get()
    assert (period.key, period.marks) == ("", [])
    assert say(bob, once="june")


def test_a_closed_coalition_drops_its_key_as_well(in_harbor, bob, tuesday):
    say(bob)
    in_harbor.closed_at = in_harbor.mail_paused_at = timezone.now()
    in_harbor.save()
    tuesday.shift(timedelta(days=30))
    open_boxes(timezone.now())
    assert FeedbackPeriod.objects.get().key == ""


def test_a_refusal_leaves_no_mark(in_harbor, alice, bob, tuesday):
    partner = PartnerFactory(coalition=in_harbor)
    AffiliationFactory(partner=partner, person=alice.person)
    with pytest.raises(NobodyReadsIt):
        say(bob, partner=partner)
    assert FeedbackPeriod.objects.count() == FeedbackBox.objects.count() == 0


def test_a_partner_that_was_merged_meanwhile_is_still_what_it_is_about(
    in_harbor, alice, bob, tuesday
):
    lost, kept = (PartnerFactory(coalition=in_harbor) for _ in range(2))
    say(bob, partner=lost)
    MergeFactory(
        kind="partner",
        coalition=in_harbor,
        lost_pk=lost.pk,
        kept_partner=kept,
        kept_person=None,
    )
    lost.delete()
    hand_over(tuesday)
    assert Feedback.objects.get().partner == kept


def test_both_can_go_on_by_the_private_link(in_harbor, alice, bob, tuesday):
    secret = say(bob)
    write_on(thread=thread_of(in_harbor, secret), text="And again.", once="a")
    write_on(thread=thread_of(in_harbor, secret), text="And again.", once="a")
    assert [m.text for m in thread_of(in_harbor, secret).messages] == ["And again."]
    hand_over(tuesday)
    write_back(feedback=Feedback.objects.get(), text="When?", by=acting(alice))
    write_on(thread=thread_of(in_harbor, secret), text="Always.", once="b")
    for _handed_over in range(2):
        thread = thread_of(in_harbor, secret)
        assert [(m.text, m.author) for m in thread.messages] == [
            ("And again.", None),
            ("When?", alice.person),
            ("Always.", None),
        ]
        hand_over(tuesday)
    assert FeedbackMessage.objects.count() == 3


def test_a_thread_takes_so_many_messages_a_day(in_harbor, bob, tuesday):
    thread = thread_of(in_harbor, say(bob))
    for n in range(A_DAY):
        write_on(thread=thread, text="More", once=str(n))
    with pytest.raises(ThreadIsFull):
        write_on(thread=thread, text="More", once="x")


def test_no_link_but_the_right_one_leads_there(in_harbor, bob, charlie, tuesday):
    secret = say(bob)
    assert thread_of(in_harbor, secret + "0") is None
    with scope(coalition=charlie.coalition):
        assert thread_of(charlie.coalition, secret) is None


def send(client, membership, **data):
    said = {"kind": "concern", "visibility": "anonymous", "text": "She shouts", **data}
    return client.post(at(membership, "comms:feedback_create"), said)


def test_the_page_says_before_writing_what_it_means(client_of, bob):
    page = client_of(bob).get(at(bob, "comms:feedback_create")).text
    for words in ("It ends with your words", "fewer than five", "3 times a month"):
        assert words in page


def test_the_private_page_needs_no_sign_in_and_leaks_no_address(
    client_of, alice, bob, tuesday
):
    response = send(client_of(bob), bob)
    path = response["Location"]
    anybody = Client()
    page = anybody.get(path)
    assert response.status_code == 303
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "She shouts" in page.text
    assert "reaches those who coordinate tomorrow" in page.text
    assert anybody.post(path, {"text": ""}).status_code == 422
    once = page.context["form"].initial["once"]
    assert anybody.post(path, {"text": "Still.", "once": once}).status_code == 303
    tuesday.shift(A_DAY_LATER)
    open_boxes(timezone.now())
    with scope(coalition=bob.coalition):
        feedback = Feedback.objects.get()
    coordinator = client_of(alice)
    detail = coordinator.get(at(alice, "comms:feedback_detail", feedback.pk)).text
    assert "Still." in detail
    assert "Please do not guess" in detail
    back = at(alice, "comms:feedback_write", feedback.pk)
    assert coordinator.post(back, {"text": ""}).status_code == 422
    assert coordinator.post(back, {"text": "Where?"}).status_code == 303
    assert "Where?" in anybody.get(path).text


@pytest.mark.parametrize("path", ("/f/nonsense/", "/f/1-abc.def/"))
def test_other_tokens_are_not_found(path, harbor):
    assert Client().get(path).status_code == 404


def test_nobody_else_reads_it(client_of, alice, bob, stella, tuesday):
    send(client_of(bob), bob)
    tuesday.shift(A_DAY_LATER)
    open_boxes(timezone.now())
    listing = at(bob, "comms:feedback_list")
    assert "She shouts" in client_of(alice).get(listing).text
    for other in (bob, stella):
        assert "She shouts" not in client_of(other).get(listing).text


@pytest.fixture
def database_cache(settings):
    """Keep what is cached where an installation does: in a table."""
    settings.CACHES = {**settings.CACHES, "default": CACHES["default"]}


PEOPLE, POSTS, DAYS = 40, 200, 20


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        facts = getattr(record, "facts", {})
        self.lines.append((timezone.now(), record.getMessage(), facts))


@pytest.fixture
def access_log():
    """Collect every line that the whole application logs, at any level."""
    handler = Lines()
    loggers = [logging.getLogger(name) for name in ("", "coalition.access", "django")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    loggers[2].addHandler(handler)
    yield handler.lines
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def dump():
    """Return every row of every table, in the order in which they are stored."""
    names = {model._meta.db_table for model in apps.get_models()} | {"cache"}
    tables = {}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608
            columns = [column[0] for column in cursor.description]
            tables[name] = [
                dict(zip(columns, row, strict=True)) for row in cursor.fetchall()
            ]
    return tables


def write_many(harbor, client_of):
    """Let 40 people say 200 things in 20 days, each just after a named act of theirs."""
    chance = random.Random(7)  # noqa: S311
    people = [MembershipFactory(coalition=harbor) for _ in range(PEOPLE)]
    target = FeedbackFactory(coalition=harbor)
    clients = {member.pk: client_of(member) for member in people}
    truth = {}
    writers = people * (POSTS // PEOPLE)
    chance.shuffle(writers)
    used = Counter()
    for day in range(DAYS):
        moment = datetime(2026, 5 + day // 10, 10 + day % 10, 8, tzinfo=UTC)
        for member in writers[day::DAYS]:
            moment += timedelta(minutes=chance.randrange(1, 20))
            with time_machine.travel(moment, tick=False):
                verb = "unsecond" if used[member.pk] % 2 else "second"
                client = clients[member.pk]
                client.post(at(member, f"comms:feedback_{verb}", target.pk))
                text = f"words {len(truth)}"
                sent = send(client, member, text=text)
                used[member.pk] += 1
                if sent.status_code == 303:
                    truth[text] = member.person_id
        with time_machine.travel(moment + timedelta(hours=30), tick=False):
            yield truth, day
            open_boxes(timezone.now())


def test_from_the_whole_database_and_the_log_nobody_is_found(
    harbor, client_of, access_log, database_cache
):
    for truth, day in write_many(harbor, client_of):
        if day in {3, 12}:  # also while a box is full and the key is there
            attack(dump(), access_log, truth)
    with time_machine.travel(datetime(2026, 7, 2, tzinfo=UTC), tick=False):
        open_boxes(timezone.now())
    assert len(truth) >= POSTS * 0.8
    tables = dump()
    attack(tables, access_log, truth)
    assert {row["key"] for row in tables["comms_feedbackperiod"]} == {""}


def posts_in(tables):
    """Return all that was said without a name, in the order of storage."""
    waiting = [
        {"id": int(number), "raised_on": box["day"], **post}
        for box in tables["comms_feedbackbox"]
        for number, post in _read(box["posts"]).items()
    ]
    return [r for r in tables["comms_feedback"] if not r["author_id"]] + waiting


def _read(value):
    return json.loads(value) if isinstance(value, str) else value


def attack(tables, log, truth):
    posts = posts_in(tables)
    assert len(posts) >= len(truth) * 0.9
    nothing_but_its_own_table_names_it(tables, posts)
    no_session_or_cache_holds_its_words(tables, posts)
    for guess in (
        by_place(tables, posts),
        by_number(tables, posts),
        by_log(log, posts),
    ):
        right = sum(truth[post["text"]] == who for post, who in guess)
        days = len({str(post["raised_on"]) for post in posts})
        # One in each day is what a shuffled list of those who were here gets right.
        assert right <= days + 4 * days**0.5 + 3, right


def nothing_but_its_own_table_names_it(tables, posts):
    numbers = {str(post["id"]) for post in posts}
    for name, rows in tables.items():
        if name not in {"comms_feedback", "comms_feedbackbox"}:
            for row in rows:
                values = {str(v) for k, v in row.items() if k != "feedback_id"}
                assert not values & numbers, (name, row)


def no_session_or_cache_holds_its_words(tables, posts):
    said = json.dumps(
        {
            n: r
            for n, r in tables.items()
            if n not in {"comms_feedback", "comms_feedbackbox"}
        },
        default=str,
    )
    assert not any(f'"{post["text"]}"' in said for post in posts)


def by_day(tables):
    """Return who did something under their name on each day, in order of time."""
    acts = defaultdict(list)
    for entry in tables["members_auditentry"]:
        at = entry["at"]
        at = at if isinstance(at, datetime) else datetime.fromisoformat(at)
        if entry["action"] in {"second", "unsecond"}:
            acts[str(at.date())].append((at, entry["actor_id"]))
    return {day: [who for _at, who in sorted(rows)] for day, rows in acts.items()}


def matched(tables, posts, key):
    acts, days = by_day(tables), defaultdict(list)
    for post in posts:
        days[str(post["raised_on"])].append(post)
    for day, rows in days.items():
        rows.sort(key=key)
        yield from zip(rows, acts.get(day, []), strict=False)


def by_place(tables, posts):
    """Lay the rows, as they are stored, beside what people did at known times."""
    place = {post["id"]: n for n, post in enumerate(posts)}
    return list(matched(tables, posts, lambda post: place[post["id"]]))


def by_number(tables, posts):
    return list(matched(tables, posts, lambda post: post["id"]))


def by_log(log, posts):
    """Use lines that tell of the form or of a private page: there are none."""
    told = [line for line in log if "feedback/new" in str(line) or "/f/" in str(line)]
    assert told == []
    return []


def test_the_attack_finds_who_did_not_hide(harbor, bob, stella, alice, client_of):
    """Rows that keep their order, beside a trail with times, would give people away."""
    tables = {
        "members_auditentry": [
            {"at": MAY + timedelta(minutes=n), "action": "second", "actor_id": n}
            for n in range(50)
        ]
    }
    posts = [
        {"id": n, "text": f"words {n}", "raised_on": MAY.date()} for n in range(50)
    ]
    truth = {f"words {n}": n for n in range(50)}
    right = sum(truth[post["text"]] == who for post, who in by_number(tables, posts))
    assert right == 50


def test_a_mark_says_nothing_without_the_keys(in_harbor, bob, tuesday, settings):
    say(bob)
    period = FeedbackPeriod.objects.get()
    (mark,) = period.marks
    settings.SECRET_KEY = "guessed"
    again = FeedbackPeriod(coalition=in_harbor, month=period.month, key=period.key)
    from comms.services.anonymous import _mark  # noqa: PLC0415

    everybody = Membership.objects.values_list("person_id", flat=True)
    guesses = {_mark(again, pk, n) for pk in everybody for n in range(A_MONTH)}
    assert mark not in guesses


def test_the_trail_learns_nothing(in_harbor, bob, tuesday):
    secret = say(bob)
    write_on(thread=thread_of(in_harbor, secret), text="More", once="1")
    hand_over(tuesday)
    assert AuditEntry.objects.count() == 0
    assert hash_of(secret) == Feedback.objects.get().thread_hash


def test_the_form_leaves_session_and_cache_alone(
    client_of, bob, tuesday, database_cache
):
    client = client_of(bob)
    form = client.get(at(bob, "comms:feedback_create")).context["form"]
    before = without_feedback(dump())
    send(client, bob, once=str(form.initial["once"]))
    send(client, bob, once=str(form.initial["once"]))
    assert without_feedback(dump()) == before


def without_feedback(tables):
    ours = {"comms_feedbackbox", "comms_feedbackperiod"}
    return {name: rows for name, rows in tables.items() if name not in ours}


def test_the_address_is_cut_out_of_every_line(client_of, bob):
    from coalition.common.logs import discreet  # noqa: PLC0415

    path = reverse("feedback_thread", kwargs={"token": "secret-token"})
    assert "secret-token" not in discreet(f"GET {path} 200")
    with scopes_disabled():
        assert client_of(bob).get(path).status_code == 404
