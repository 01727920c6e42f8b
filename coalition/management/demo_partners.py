"""What the partners of the demo are, lend each other and have agreed to."""

from collections.abc import Callable
from datetime import date, datetime

from coalition.common.clock import months_after
from coalition.management.demo import STATUSES
from coalition.management.demo_logos import load_logos
from members.models import (
    Affiliation,
    Agreement,
    AgreementAcceptance,
    AuditEntry,
    CapacityOffer,
    Coalition,
    Partner,
    Person,
    Via,
)
from members.models.partner import PartnerStatus
from members.models.person import Authority

# partner: sector, communities, why it joined
LIVES = {
    "Newcomers Welcome Center": (
        "Newcomers",
        ("Somali families", "Vietnamese families", "people without papers"),
        "Our families live closest to the trucks and hear last what is decided.",
    ),
    "Dockside Tenants Union": (
        "Housing",
        ("tenants on the docks",),
        "Mold and smoke come through the same window. We want landlords at one table.",
    ),
    "Eastquay Community Clinic": (
        "Health",
        ("patients without insurance",),
        "We treat the same children every winter. We would rather meet them well.",
    ),
    "Lantern Street Church": (
        "Faith",
        ("elders", "families of Lantern Street"),
        "Our hall stands empty four days a week and our street needs a place to meet.",
    ),
    "Portworkers Local 12": (
        "Labor",
        ("night workers", "truck drivers"),
        "Clean engines protect the people who stand beside them first.",
    ),
}
# partner, what, how much, until (days), good to know
OFFERS = (
    ("Lantern Street Church", "Meeting rooms", "Hall for 80, kitchen", None, ""),
    ("Lantern Street Church", "Childcare", "Two people, Sundays", None, ""),
    (
        "Newcomers Welcome Center",
        "Translators",
        "Somali and Vietnamese, 10 hours a month",
        120,
        "Ask Bao a week ahead.",
    ),
    ("Portworkers Local 12", "Printing", "500 leaflets a month", None, "A4, color."),
    ("Harbor Legal Aid", "Legal advice", "One evening a month", 200, ""),
    ("Tidewater Transit Riders", "Volunteers", "15 for a day of action", 60, ""),
)
TITLE = "Points of unity"
FIRST = """\
We work for children in the port district.

- We decide together.
- We speak for the coalition only when asked to.
"""
SECOND = """\
We work so that children in the port district breathe, eat and grow up well.

# How we decide

- Each partner has one voice, through its delegate.
- Who must ask their board first says so, and gets two weeks.

# How we speak

- In the coalition’s name only what was decided.
- Nobody is named in public without their yes.
"""
# Days since it was published, months until it is renewed, its words.
VERSIONS = ((-400, None, FIRST), (-350, 12, SECOND))
WAITING = ("Newcomers Welcome Center", "Saltmarsh Neighbors", "Harbor Nurses Guild")
EARLY = ("Lantern Street Church", "Portworkers Local 12")  # so theirs runs out soon
ON_PAPER = ("Harbor City Health Department", "Harbor Unified School District")
LISTED = {
    "Lantern Street Church": "Grace Owusu",
    "Clean Air Harbor": "Teo Lindgren",
    "Portworkers Local 12": "Frank Moretti",
}
ASKS_FIRST = frozenset({"Marcus Webb", "Dr. Helen Brandt", "Frank Moretti"})


def load_partner_lives(
    coalition: Coalition,
    people: dict[str, Person],
    *,
    day: Callable[[int], date],
    moment: Callable[[int], datetime],
) -> None:
    partners = {partner.name: partner for partner in Partner.objects.all()}
    for name, partner in partners.items():
        plain = (partner.tags[0].capitalize(), (), "")
        partner.sector, communities, partner.why_joined = LIVES.get(name, plain)
        partner.communities = list(communities)
        partner.save()
    CapacityOffer.objects.bulk_create(
        CapacityOffer(
            coalition=coalition,
            partner=partners[name],
            kind=kind,
            amount=amount,
            until_on=None if until is None else day(until),
            note=note,
        )
        for name, kind, amount, until, note in OFFERS
    )
    asking = Affiliation.objects.filter(person__full_name__in=ASKS_FIRST)
    asking.update(authority=Authority.ASKS)
    for name, voice in LISTED.items():
        Partner.objects.filter(name=name).update(
            listing_agreed_at=moment(-30), listing_agreed_by=people[voice]
        )
    load_logos(coalition, people, moment=moment)
    load_statuses(coalition, people["Rosa Marín"], moment=moment)
    load_agreement(coalition, people["Rosa Marín"], day=day, moment=moment)


def load_statuses(
    coalition: Coalition, rosa: Person, *, moment: Callable[[int], datetime]
) -> None:
    """Let partners pause, come back and leave, as the history of each tells it."""
    for name, status, since, why in STATUSES:
        partner, at = Partner.objects.get(name=name), moment(since)
        entry = AuditEntry(
            coalition=coalition,
            at=at,
            actor=rosa,
            via=Via.WEB,
            action="status",
            model=partner._meta.label_lower,  # noqa: SLF001
            target_pk=str(partner.pk),
            before={"status": partner.status},
            after={"status": status},
            reason=why,
        )
        entry.save_base(raw=True, force_insert=True)  # else it would be of today
        partner.status, partner.status_since = PartnerStatus(status), at
        partner.left_on = at.date() if status == PartnerStatus.LEFT else None
        partner.save()


def load_agreement(
    coalition: Coalition,
    rosa: Person,
    *,
    day: Callable[[int], date],
    moment: Callable[[int], datetime],
) -> None:
    """Publish both versions; all but a few have accepted the second."""
    for number, (published, months, text) in enumerate(VERSIONS, start=1):
        agreement = Agreement.objects.create(
            coalition=coalition,
            number=number,
            title=TITLE,
            text=text,
            renewal_months=months,
            published_at=moment(published),
            published_by=rosa,
        )
    speaking = Affiliation.objects.speaking(day(0)).exclude(partner__name__in=WAITING)
    rows = speaking.select_related("person", "partner").order_by("-kind", "-id")
    voices = {a.partner_id: a for a in rows if a.partner.name not in ON_PAPER}
    partners = Partner.objects.exclude(status=PartnerStatus.LEFT).exclude(
        name__in=WAITING
    )
    AgreementAcceptance.objects.bulk_create(
        AgreementAcceptance(
            coalition=coalition,
            agreement=agreement,
            partner=partner,
            accepted_on=(on := _accepted(partner, day)),
            accepted_by=voices[partner.pk].person if partner.pk in voices else None,
            recorded_by=voices[partner.pk].person if partner.pk in voices else rosa,
            renew_on=months_after(on, months) if months else None,
        )
        for partner in partners
    )


def _accepted(partner: Partner, day: Callable[[int], date]) -> date:
    return day(-345) if partner.name in EARLY else day(-2 - partner.pk % 40)
