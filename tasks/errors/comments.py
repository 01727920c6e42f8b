"""What comments refuse."""

from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


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
