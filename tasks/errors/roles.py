"""What standing roles refuse."""

from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


class RoleIsClosed(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This role is closed. Open it again first."))


class HoldsItAlready(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s holds this role already on some of these days.")
            % {"person": person}
        )


class NoSeatLeft(DomainError):  # noqa: N818
    def __init__(self, seats: int) -> None:
        super().__init__(
            _(
                "On some of these days every seat is taken (%(seats)d in all). End a "
                "term, choose other days, or add a seat."
            )
            % {"seats": seats}
        )


class TooFewSeats(DomainError):  # noqa: N818
    def __init__(self, taken: int) -> None:
        super().__init__(
            _("Now or later %(taken)d people hold it at once. End a term first.")
            % {"taken": taken}
        )


class TermIsOver(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This term is over already."))


class NotYourRole(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Only who holds this role, or a coordinator, writes its notes.")
        )


class RoleGivesRights(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "This role allows its holders more than their access does. Only who "
                "may change access says what it allows, and who holds it."
            )
        )


class NotGrantable(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("No standing role can allow that."))
