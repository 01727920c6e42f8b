"""What members refuse, in words for the user."""

from django.utils.translation import gettext_lazy as _

from coalition.common.errors import DomainError


class LastCoordinator(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("A coalition needs one coordinator. Name another one first.")
        )


class NobodyElseToApprove(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "Only one person here may send updates. Name a second coordinator "
                "first, or nothing could be approved."
            )
        )


class SaidNo(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s said no to updates; only they can say yes again.")
            % {"person": person}
        )


class EditedMeanwhile(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else saved a change while you were typing. Yours is still "
                "below: compare it with the page and save again."
            )
        )


class RecordElsewhere(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("That is not part of this coalition."))


class RecordGone(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Somebody took this away in the meantime."))


class RecordIsBack(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("It is back already."))


class NameTaken(DomainError):  # noqa: N818
    def __init__(self, name: str) -> None:
        super().__init__(
            _("“%(name)s” is here already, as a partner or as another name of one.")
            % {"name": name}
        )


class SlugTaken(DomainError):  # noqa: N818
    def __init__(self, slug: str) -> None:
        super().__init__(
            _("The address “%(slug)s” is taken by another coalition.") % {"slug": slug}
        )


class SignInLinkSpent(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This link has been used or is too old. Ask for a new one."))


class AlreadyIn(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(_("%(person)s is in already.") % {"person": person})


class NoAddress(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("We have no e-mail address of %(person)s yet.") % {"person": person}
        )


class InvitationSpent(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This invitation has been used, taken back, or is too old."))


class InvitationAnswered(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This invitation has been answered or replaced already."))


class AccessEnded(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s has no access now. Give it back first.") % {"person": person}
        )


class AlreadyCoordinates(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s coordinates already. Change your own access instead.")
            % {"person": person}
        )


class HandoverSpent(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("This was answered or taken back meanwhile. Nothing has changed.")
        )


class AlreadyAffiliated(DomainError):  # noqa: N818
    def __init__(self, person: object, partner: object) -> None:
        super().__init__(
            _("%(person)s is at %(partner)s already.")
            % {"person": person, "partner": partner}
        )


class NotYourPartner(DomainError):  # noqa: N818
    def __init__(self, partner: object) -> None:
        super().__init__(
            _("Only those who speak for %(partner)s and coordinators change that.")
            % {"partner": partner}
        )


class PublishedStays(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("This version is published: its words stay. Begin a new version.")
        )


class NotTheCurrentVersion(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This is not the version that is asked for now."))


class AcceptedAlready(DomainError):  # noqa: N818
    def __init__(self, partner: object) -> None:
        super().__init__(
            _("%(partner)s has accepted this version already.") % {"partner": partner}
        )


class MustAskBoard(DomainError):  # noqa: N818
    def __init__(self, partner: object) -> None:
        super().__init__(
            _(
                "Only a delegate who may decide for %(partner)s accepts it. Ask your "
                "board; a coordinator can record the answer."
            )
            % {"partner": partner}
        )


class LiesAhead(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("That day has not come yet."))


class FileRefused(DomainError):  # noqa: N818
    """A list that cannot be read at all."""


class ImportMovedOn(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Somebody went on with this list in the meantime. See where it stands.")
        )


class ImportHasErrors(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Some lines are wrong, so nothing can be brought in. Correct them first.")
        )


class ImportTooOld(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("A list can be taken back for 24 hours. Now it is too late for that.")
        )


class NothingToChange(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("There is nothing left to change."))


class SameRecord(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("That is the same one. Choose another."))


class OwnRowStays(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "This is you: keep the record that you are signed in with, then it works."
            )
        )


class MailOnItsWay(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("A mail to one of them is just leaving. Try again in a minute.")
        )


class ApprovedByTheOther(DomainError):  # noqa: N818
    def __init__(self, what: object) -> None:
        super().__init__(
            _(
                "One of them edited “%(what)s” and the other approved it, as a second "
                "person. Wait until it has left, or let somebody change it and others "
                "approve it again."
            )
            % {"what": what}
        )


class CannotMerge(DomainError):  # noqa: N818
    def __init__(self, what: object) -> None:
        super().__init__(
            _("“%(what)s” belongs to both and cannot be in one. Nothing has changed.")
            % {"what": what}
        )


class MergeSpent(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This was undone already, or is older than thirty days."))


class LaterMergeFirst(DomainError):  # noqa: N818
    def __init__(self, merge: object) -> None:
        super().__init__(
            _("Something was merged since: undo “%(merge)s” first.") % {"merge": merge}
        )


class CannotUnmerge(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody uses the name or the address of the other one by now. Free "
                "it first; nothing has changed."
            )
        )


class CoalitionClosed(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("This coalition is closed: it can be read, and nothing is changed in it.")
        )


class OnlyLooking(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "You are looking as a member, so nothing was changed. Go back to your "
                "own view first."
            )
        )


class CoalitionMoved(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Somebody was faster. See how it stands now."))


class NotTakenOut(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("Take everything out first: nobody has done so within a day.")
        )


class PictureTooLarge(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "This picture is too large. Up to 5 MB and 25 million pixels can be "
                "read; a logo of 800 pixels is plenty."
            )
        )


class UnknownPicture(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _(
                "This cannot be read as a picture. Choose a PNG, JPEG, WebP or GIF; an "
                "SVG has to be exported as PNG first."
            )
        )


class LogoChanged(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(
            _("The logo was changed again since, or is gone for good by now.")
        )


class NotYourGroup(DomainError):  # noqa: N818
    def __init__(self, group: object) -> None:
        super().__init__(
            _("Only coordinators and whoever leads “%(group)s” can do that.")
            % {"group": group}
        )


class GroupIsClosed(DomainError):  # noqa: N818
    def __init__(self, group: object) -> None:
        super().__init__(_("“%(group)s” is closed.") % {"group": group})


class InGroupAlready(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(_("%(person)s is in the group already.") % {"person": person})


class NotInGroup(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s is not in the group any more.") % {"person": person}
        )
