"""The mail that asks a partner to say yes to the agreement once more, in time."""

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comms.models import Delivery, Lane, LeftOut
from comms.notices.cast import Cast
from comms.notices.wishes import if_wanted
from comms.notices.words import NoticeKind, Words
from comms.sending.mail import Skip
from comms.updates.links import in_coalition
from members.models import Agreement, AgreementAcceptance
from members.queries.renewals import renewals


@if_wanted
def _write(batch: Sequence[Delivery]) -> Mapping[int, Words | Skip]:
    today = timezone.localdate()
    due = {
        (renewal.acceptance.pk, renewal.person_id): renewal.acceptance
        for renewal in renewals(today, of=[int(row.source) for row in batch])
    }
    return {
        row.pk: _words(due.get((int(row.source), row.person_id or 0))) for row in batch
    }


def _words(acceptance: AgreementAcceptance | None) -> Words | Skip:
    if acceptance is None or acceptance.renew_on is None:
        return Skip(LeftOut.WITHDRAWN)
    names = {
        "agreement": acceptance.agreement,
        "partner": acceptance.partner,
        "given": date_format(acceptance.accepted_on, "DATE_FORMAT"),
        "until": date_format(acceptance.renew_on, "DATE_FORMAT"),
    }
    return Words(
        subject=_("For %(partner)s: renew “%(agreement)s”") % names,
        paragraphs=[
            _(
                "%(partner)s said yes to “%(agreement)s” on %(given)s. That yes holds "
                "until %(until)s."
            )
            % names,
            _("If it still says what you stand for, say yes once more."),
        ],
        button=_("Read it and renew"),
        url=in_coalition(
            "members:agreement_accept",
            acceptance.coalition.slug,
            pk=acceptance.partner_id,
        ),
        why=_("You get this because you decide for %(partner)s.") % names,
    )


def _sample(cast: Cast) -> Words | Skip:
    agreement = Agreement(**cast.make(title=cast.title))
    dates = {"accepted_on": cast.today, "renew_on": cast.soon.date()}
    given = {"partner": cast.partner, "agreement": agreement}
    return _words(AgreementAcceptance(**cast.make(**given, **dates)))


KIND = NoticeKind(gettext_lazy("Renew an agreement"), _write, Lane.BULK, _sample)
