"""What check-ins refuse, and what was said in them."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


class StillOpen(DomainError):  # noqa: N818
    def __init__(self, until: datetime) -> None:
        day = date_format(timezone.localtime(until), "MONTH_DAY_FORMAT")
        super().__init__(
            _("The present one is open until %(day)s. Begin after that.") % {"day": day}
        )


class NotYourCheckIn(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("Only %(person)s, or a coordinator on their behalf, can answer this.")
            % {"person": person}
        )


class CheckInIsClosed(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("This check-in has closed, so nothing was sent. The next one will come.")
        )


class SaidThemselves(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s has answered in their own words; those stay.")
            % {"person": person}
        )


class NobodyToAsk(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("They cannot be asked in your place."))


class NotYourFigure(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Only who looks after this goal, or a coordinator, can say so.")
        )


class SettledAlready(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This is settled already."))


class WaitsForAYes(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Nobody has answered this yet."))


class NotForYou(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Only a coordinator can say so, and not of themselves."))


class TimeIsPast(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Choose a day to come."))


class NothingToCelebrate(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("There is nothing to celebrate in it any more."))


class NotAskedYet(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _(
                "This was not said to everybody. Ask %(person)s first, and say that "
                "they agreed."
            )
            % {"person": person}
        )
