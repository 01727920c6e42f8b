"""Who sees what was said is what the form promised, whatever the schedule says later."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tasks.errors import NotAskedYet
from tasks.models import Ask, Hurdle, SeenBy, WinUse
from tasks.services.checkins import Said, answer_check_in
from tasks.services.cycles import open_schedule
from tasks.services.wins import keep_win
from tests.tasks.checkins import asked, open_cycle
from tests.tasks.rounds import FIRST, make_schedule
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
FIELDS = ("progress", "hurdle", "ask", "win")
IN_CONFIDENCE = {f"{name}_seen_by": SeenBy.COORDINATORS for name in FIELDS}
SECRET = "quagga"


@pytest.fixture
def check_in(bob):
    """One that is asked in confidence, by a schedule that says otherwise by now."""
    cycle = open_cycle(bob.coalition, of=IN_CONFIDENCE)
    check_in = asked(bob, cycle=cycle)
    widen(cycle.schedule)
    return type(check_in).objects.get(pk=check_in.pk)


def widen(schedule):
    for name in FIELDS:
        setattr(schedule, f"{name}_seen_by", SeenBy.MEMBERS)
    schedule.save()


def say(check_in, **words):
    by = acting(check_in.person.membership)
    answer_check_in(check_in=check_in, said=Said(**words), by=by)


@pytest.fixture
def reads(client_of, check_in):
    def reads_it(membership):
        """Return on which pages this member finds it."""
        pages = {
            "round": at(membership, "tasks:check_in_round_detail", check_in.cycle_id),
            "report": at(membership, "tasks:check_in_round_report", check_in.cycle_id),
            "hurdles": at(membership, "tasks:hurdle_list"),
            "asks": at(membership, "tasks:ask_list"),
            "home": at(membership, "web:home"),
        }
        client = client_of(membership)
        return {page for page, url in pages.items() if SECRET in client.get(url).text}

    return reads_it


@pytest.mark.parametrize("name", (*FIELDS, "answer"))
def test_a_wider_promise_opens_no_earlier_answer(reads, alice, stella, check_in, name):
    say(check_in, **{name: SECRET})
    assert reads(stella) == set()
    assert "round" in reads(alice)


def test_what_is_said_after_the_change_goes_by_what_the_form_promised(check_in):
    say(check_in, hurdle=SECRET, ask=SECRET)
    assert Hurdle.objects.get().seen_by == SeenBy.COORDINATORS
    assert Ask.objects.get().seen_by == SeenBy.COORDINATORS


def test_the_form_goes_on_promising_what_it_promised(client_of, bob, check_in):
    page = client_of(bob).get(at(bob, "tasks:check_in_detail", check_in.pk)).text
    assert page.count("Coordinators see it.") > len(FIELDS)
    assert "Everybody in the coalition sees it." not in page


def test_a_win_is_told_to_all_only_when_that_was_promised_or_agreed(
    client_of, alice, check_in
):
    say(check_in, win="We have the hall")
    page = client_of(alice).get(at(alice, "tasks:win_decide", check_in.pk)).text
    assert "said yes to telling everybody" in page
    with pytest.raises(NotAskedYet):
        keep_win(
            check_in=check_in, use=WinUse.UPDATE, words="The hall", by=acting(alice)
        )


def test_the_next_round_goes_by_the_change(harbor):
    schedule = make_schedule(harbor, **IN_CONFIDENCE)
    open_schedule(schedule.pk, FIRST)
    widen(schedule)
    schedule.refresh_from_db()
    open_schedule(schedule.pk, FIRST + timedelta(weeks=2))
    promised = schedule.cycles.order_by("period").values_list(
        "hurdle_seen_by", flat=True
    )
    assert list(promised) == [SeenBy.COORDINATORS, SeenBy.MEMBERS]


def test_rounds_from_before_keep_what_their_schedule_promised(bob):
    cycle = open_cycle(bob.coalition, hurdle_seen_by=SeenBy.COORDINATORS)
    migration = import_module("tasks.migrations.0033_rounds_as_promised")
    migration.keep_the_promise(apps, None)
    cycle.refresh_from_db()
    promised = [getattr(cycle, f"{name}_seen_by") for name in FIELDS]
    said = [getattr(cycle.schedule, f"{name}_seen_by") for name in FIELDS]
    assert promised == said
