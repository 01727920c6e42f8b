"""What comms refuse, in words for the user."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

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


class TooManyOwnSections(DomainError):  # noqa: N818
    def __init__(self, most: int) -> None:
        super().__init__(
            _("%(n)d sections of your own are enough for one mail.") % {"n": most}
        )


class NeedsSomebodyElse(DomainError):  # noqa: N818
    """Whoever changed it does not approve it, where a second person is wanted."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You changed something in it, so somebody else approves it. Save it, "
                "and ask them."
            )
        )


class NobodyElseLeft(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "Everybody who may send changed something in it. Name another "
                "coordinator, or let one person approve in the settings."
            )
        )


class WordsAreTheirs(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("They agreed to exactly these words. Ask them again for others.")
        )


class TooManyQuotes(DomainError):  # noqa: N818
    def __init__(self, most: int) -> None:
        super().__init__(_("%(n)d quotes are enough for one mail.") % {"n": most})


class AskThem(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s has an address, and is asked by mail. Leave this empty.")
            % {"person": person}
        )


class SayHowTheyAgreed(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "We cannot ask them by mail. Write down how they agreed, and when, for "
                "example “by phone”."
            )
        )


class QuoteAnswered(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("That is not possible any more. Look again."))


class TooLateForQuote(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("It is too late for this mail. Thank you all the same."))


class NoAddress(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("We have no e-mail address of yours to send it to."))


class NobodyToSendTo(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Nobody would get it. See below who is left out, and why."))


class OnlyToEverybody(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "An update is read by everybody, and this is for some. Send it by itself."
            )
        )


class WaitsForUpdate(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("It goes with the next update. To send it by itself, say so first.")
        )


class NumberMissing(DomainError):  # noqa: N818
    """It reaches further than usual, and nobody said how far."""

    field = "count"

    def __init__(self) -> None:
        super().__init__(
            _("It goes to more people than usual. Type how many get it, then send it.")
        )


class WrongNumber(DomainError):  # noqa: N818
    field = "count"

    def __init__(self, typed: int, gets: int) -> None:
        super().__init__(
            _(
                "You typed %(typed)d, and %(gets)d would get it. Look once more at who "
                "gets it."
            )
            % {"typed": typed, "gets": gets}
        )


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


class NobodyToAsk(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Mail to this address does not come back."))


class AskedThisWeek(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("A mail has asked them this week already."))


class AddressNotProven(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("You sign in with another address. Let a coordinator correct yours.")
        )


class TooMuchFeedback(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("That is a lot for one day. Keep it until tomorrow, or call somebody.")
        )


class NobodyReadsIt(DomainError):  # noqa: N818
    """Everybody who answers stands for the organisation that it is about."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Everybody who coordinates stands for that partner, and would not "
                "see it. Leave it out, or say it to everyone."
            )
        )


class FeedbackMoved(DomainError):  # noqa: N818
    """Somebody was quicker."""

    def __init__(self) -> None:
        super().__init__(_("It was answered meanwhile. Look again."))


class FeedbackTakenBack(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Whoever said it has taken it back."))


class NotTheirWords(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Only whoever said it can take it back."))


class NotOpenToSecond(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("One can second what others said to everyone."))


class CannotSeeToIt(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s may not read it, and so cannot see to it.")
            % {"person": person}
        )


class FeedbackUsedUp(DomainError):  # noqa: N818
    def __init__(self, limit: int) -> None:
        super().__init__(
            ngettext(
                "You said something without your name %(n)d time this month; that is "
                "the limit. Go on by your private link, or say it with your name.",
                "You said something without your name %(n)d times this month; that is "
                "the limit. Go on by your private link, or say it with your name.",
                limit,
            )
            % {"n": limit}
        )


class ThreadIsFull(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("That is enough for one day. Write on tomorrow."))


class CannotSpeakFor(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("Only those who coordinate write down what %(person)s said.")
            % {"person": person}
        )


class NotOnPaperYet(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("It can be handed over once it is approved. Until then it may change.")
        )


class BringsToThemselves(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("Somebody else has to bring it to %(person)s.") % {"person": person}
        )
