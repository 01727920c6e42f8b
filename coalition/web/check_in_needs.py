"""What check-ins need: an answer, a yes to what was reported, somebody to speak to."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.web.need import AT_ONCE, Need, url_in
from members.models import Membership
from members.permissions import Permission
from tasks.models import ReachOut
from tasks.queries.check_ins import how_it_went, open_check_ins
from tasks.queries.consultations import unheard_among
from tasks.queries.proposals import waiting_in_short


def check_in_needs(membership: Membership, now: datetime) -> Iterator[Need]:
    waiting = open_check_ins(membership.person, now).waiting()
    for check_in in waiting[:AT_ONCE]:
        yield Need(
            icon="clipboard-check",
            tone="brand",
            title=how_it_went(check_in.cycle.schedule),
            detail=_("%(schedule)s. A minute is enough. Open until")
            % {"schedule": check_in.cycle.schedule},
            url=url_in(membership, "tasks:check_in_detail", check_in.pk),
            action=_("Check in now"),
            at=check_in.cycle.closes_at,
        )


def proposal_needs(membership: Membership) -> Iterator[Need]:
    """Tell what was reported and waits for a yes of this person."""
    if not membership.may(Permission.CHECKINS_ANSWER):
        return
    leads = membership.may(Permission.TASKS_EDIT)
    found = waiting_in_short(membership.person, leads=leads)
    if not found:
        return
    (about, who, task), more = found[0], len(found) - 1
    unheard = unheard_among([task], timezone.localdate()).get(task) if task else ""
    if task and unheard and not more:
        yield _to_hear_first(membership, task, {"about": about, "who": unheard})
        return
    detail = _("%(who)s reported it in a check-in.") % {"who": who}
    if unheard:
        detail += " " + _("To be heard first: %(who)s.") % {"who": unheard}
    if more:
        others = ngettext("And %(n)d more.", "And %(n)d more.", more)
        detail += " " + others % {"n": more}
    yield Need(
        icon="check",
        tone="brand",
        title=_("Waits for a yes: %(about)s") % {"about": about},
        detail=detail,
        url=url_in(membership, "tasks:proposal_list"),
        action=_("Say yes or not yet"),
    )


def _to_hear_first(membership: Membership, task: int, words: dict[str, str]) -> Need:
    """Lead to who is to be consulted: before that, a yes to "done" does nothing."""
    return Need(
        icon="ear",
        tone="sun",
        title=_("Reported as done, and not done yet: %(about)s") % words,
        detail=_("To be heard first: %(who)s.") % words,
        url=url_in(membership, "tasks:task_complete", task),
        action=_("Ask them, or go on without"),
    )


def reach_out_needs(membership: Membership, now: datetime) -> Iterator[Need]:
    """Tell whom to speak to, by name, in one statement: never who reads it."""
    today = timezone.localdate(now)
    waiting = ReachOut.objects.waiting(today).exclude(person=membership.person)
    rows = waiting.filter(person__erased_at=None).select_related("person")
    url = url_in(membership, "tasks:reach_out_list")
    for row in rows.order_by("created_at", "pk")[:AT_ONCE]:
        yield Need(
            icon="ear",
            tone="sun",
            title=_("Reach out to %(name)s") % {"name": row.person},
            detail=row.get_reason_display(),
            url=f"{url}#reach-{row.pk}",
            action=_("See how"),
        )
