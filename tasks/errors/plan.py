"""What the plan refuses: tasks, what comes first, and views of it."""

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


class NothingChosen(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Keep one task at least."))
