"""What hurdles and asks refuse."""

from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


class NotYourHurdle(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Only who raised this, or a coordinator, can do that."))


class HurdleIsSolved(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This is out of the way. Open it again first."))


class SaidInConfidence(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _(
                "%(person)s said this to coordinators alone, and can open it to "
                "others. Ask them first."
            )
            % {"person": person}
        )


class NotYourAsk(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Only who asked, or a coordinator, can do that."))


class AskIsClosed(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Nobody looks for this any more. Open it again first."))


class OwnAsk(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("You asked for this yourself."))


class PartnerIsNotActive(DomainError):  # noqa: N818
    def __init__(self, partner: object) -> None:
        super().__init__(
            _("%(partner)s takes no part at the moment.") % {"partner": partner}
        )
