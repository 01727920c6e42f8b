"""What goals refuse, in words for the user."""

from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


class GoalIsClosed(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This goal is closed already."))


class GoalIsOpen(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This goal is open."))


class DateLiesAhead(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("That day is still to come. Choose today or an earlier one.")
        )


class MilestoneAlreadyReached(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This milestone has been marked as reached already."))


class MilestoneNotReached(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This milestone is not marked as reached."))


class ReachedMilestoneStays(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "A milestone that was reached is part of your story. If it was a "
                "mistake, take “reached” back first, then delete it."
            )
        )
