"""What the agreement needs: partners who accept it, and who renew it in time."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.web.need import Need, url_in
from members.models import Agreement, Membership, Partner
from members.queries.agreements import without_agreement
from members.queries.renewals import running_out


def agreement_needs(membership: Membership, today: date) -> Iterator[Need]:
    if agreement := Agreement.objects.current():
        yield from _not_accepted(membership, agreement, today)
        if agreement.renewal_months:
            yield from _running_out(membership, today)


def _not_accepted(
    membership: Membership, agreement: Agreement, today: date
) -> Iterator[Need]:
    partners = Partner.objects.active().listed()
    if missing := without_agreement(partners, agreement, today).count():
        count = ngettext(
            "%(n)d partner has not accepted “%(agreement)s”",
            "%(n)d partners have not accepted “%(agreement)s”",
            missing,
        )
        yield Need(
            icon="handshake",
            tone="info",
            title=count % {"n": missing, "agreement": agreement},
            detail=_("Their delegates are asked on their home page."),
            url=url_in(membership, "members:agreement_list"),
            action=_("See who"),
        )


def _running_out(membership: Membership, today: date) -> Iterator[Need]:
    if soon := list(running_out(today).values_list("renew_on", flat=True)):
        yield Need(
            icon="handshake",
            tone="info",
            title=ngettext(
                "%(n)d partner is to renew the agreement",
                "%(n)d partners are to renew the agreement",
                len(soon),
            )
            % {"n": len(soon)},
            detail=_("Who decides there is reminded by mail. The first by"),
            url=url_in(membership, "members:agreement_list"),
            action=_("See who"),
            on=min(day for day in soon if day),
        )
