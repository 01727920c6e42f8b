"""What tasks refuse, in words for the user."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


class TaskIsDone(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This task is done already."))


class TaskIsOpen(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This task is not done yet."))


class DoneTaskStays(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "A task that was done is part of your story. If it was a mistake, "
                "open it again first, then delete it."
            )
        )


class NotYourTask(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Only the people who carry this task, or a coordinator, can say so.")
        )


class MilestoneOfAnotherGoal(DomainError):  # noqa: N818
    def __init__(self, milestone: object) -> None:
        super().__init__(
            _("“%(milestone)s” is a milestone of another goal. Choose that goal too.")
            % {"milestone": milestone}
        )


class WaitsForItself(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("A task does not wait for itself."))


class SaidAlready(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This is said already."))


class TaskIsGone(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("One of the two tasks is not there any more."))


class GoesInACircle(DomainError):  # noqa: N818
    def __init__(self, titles: list[str]) -> None:
        super().__init__(
            _("That would go in a circle: %(tasks)s.")
            % {"tasks": " → ".join(f"“{title}”" for title in titles)}
        )


class NotYourView(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Views are saved for one person; this is not yours."))


class TooManyViews(DomainError):  # noqa: N818
    def __init__(self, most: int) -> None:
        super().__init__(
            _("You have %(n)d saved views. Delete one first.") % {"n": most}
        )


class NotYourAssignment(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("Only %(person)s, or a coordinator on their behalf, can answer this.")
            % {"person": person}
        )


class AnsweredAlready(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This has been answered already."))


class SomebodyIsAccountable(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _(
                "%(person)s is accountable already, and one task has one. "
                "Take them off first, or ask for another part."
            )
            % {"person": person}
        )


class AskedAlready(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(_("%(person)s has this part already.") % {"person": person})


class NotAtPartner(DomainError):  # noqa: N818
    def __init__(self, person: object, partner: object) -> None:
        super().__init__(
            _("%(person)s does not stand for %(partner)s now.")
            % {"person": person, "partner": partner}
        )


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


class NotYourComment(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Only who wrote this can change it."))


class CommentStays(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Only who wrote this, or a coordinator, can take it away."))


class CommentStaysAway(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Only who took this away, or a coordinator, can put it back.")
        )


class CommentIsGone(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This has been taken away."))


class CommentIsThere(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This is there already."))


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
