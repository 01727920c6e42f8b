"""What comms refuse, in words for the user."""

from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


class IssueMoved(DomainError):  # noqa: N818
    """Somebody was quicker, or the act is not for this state."""

    def __init__(self, state: object) -> None:
        super().__init__(
            _("That is not possible now. It is in the state “%(state)s”.")
            % {"state": state}
        )


class AlreadyReleased(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("It was released already; everybody gets it once."))


class ContentChanged(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "It changed after you looked at it. Read it once more and approve it "
                "as it is now."
            )
        )


class NothingToSend(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("There is nothing in it. Show an item or write an opening first.")
        )


class SubjectMissing(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Give it a subject first, for example “Seven schools, one quiet street”.")
        )


class TooMuchOnTop(DomainError):  # noqa: N818
    def __init__(self, most: int) -> None:
        super().__init__(
            _("%(n)d things on top are enough. Put one back into its section first.")
            % {"n": most}
        )


class NoAddress(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("We have no e-mail address of yours to send it to."))


class NobodyToSendTo(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Nobody would get it. See below who is left out, and why."))


class AlreadyOnItsWay(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("The first message has left, so it cannot be called back whole. Stop it.")
        )


class NotAllowedToSend(DomainError):  # noqa: N818
    def __init__(self, email: str) -> None:
        super().__init__(
            _("%(email)s is not an active coordinator of this coalition.")
            % {"email": email}
        )


class TooEarly(DomainError):  # noqa: N818
    def __init__(self, until: object) -> None:
        super().__init__(
            _("All that was recorded before %(until)s has been told already.")
            % {"until": until}
        )


class MailIsHeld(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "Mail is held, because this database was restored or copied. See what "
                "was sent already, with manage.py mail_reconcile; then lift the hold."
            )
        )
