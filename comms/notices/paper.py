"""The mail that asks somebody to take an issue, on paper, to people."""

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comms.models import Delivery, Issue, IssueKind, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.words import NoticeKind, Words, item
from comms.queries.paper import Errand, errands_of
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from comms.updates.samples import UPDATE
from members.queries import partners_of


def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    wanted = {row.pk: (int(row.source), row.person_id or 0) for row in batch}
    issues, couriers = zip(*wanted.values(), strict=True)
    found = errands_of(issues, couriers)
    people = {person.pk for errand in found.values() for person in errand.people}
    partners = partners_of(people, timezone.localdate())
    return {pk: _words(found.get(key), partners) for pk, key in wanted.items()}


def _words(errand: Errand | None, partners: Mapping[int, str]) -> Words | Skip:
    """Ask for nothing once they have it, or somebody else brings it."""
    if errand is None:
        return Skip(LeftOut.WITHDRAWN)
    issue, people = errand.issue, errand.people
    names = {
        "subject": issue,
        "n": len(people),
        "coalition": issue.coalition,
    }
    asked = ngettext(
        "Please take “%(subject)s” to one person who reads on paper.",
        "Please take “%(subject)s” to %(n)d people who read on paper.",
        len(people),
    )
    print_it = ngettext(
        "The sheet is ready to print. Say there that they have it: then nobody asks "
        "you again.",
        "The sheets are ready to print. Say there who has theirs: then nobody asks "
        "you again.",
        len(people),
    )
    subject = ngettext(
        "To one person on paper: %(subject)s",
        "To %(n)d people on paper: %(subject)s",
        len(people),
    )
    return Words(
        subject=subject % names,
        paragraphs=[asked % names, print_it],
        items=[
            item(person.full_name, note=partners.get(person.pk, ""))
            for person in people
        ],
        button=ngettext("Print the sheet", "Print the sheets", len(people)),
        url=in_coalition("comms:paper_errand", issue.coalition.slug, pk=issue.pk),
        why=_("You get this because %(coalition)s counts on you to bring it.") % names,
    )


def _sample(cast: Cast) -> Words | Skip:
    issue = Issue(**cast.make(kind=IssueKind.UPDATE, subject=str(UPDATE)))
    errand = Errand(issue, [cast.other, cast.reader])
    return _words(errand, {cast.other.pk or 0: str(cast.partner)})


KIND = NoticeKind(gettext_lazy("To take to people"), _write, Lane.FAST, _sample)
