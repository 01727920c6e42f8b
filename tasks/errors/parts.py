"""What is refused about parts of a task: who carries it, and who is consulted."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from coalition.common.errors import DomainError


class NotYourAssignment(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("Only %(person)s, or a coordinator on their behalf, can answer this.")
            % {"person": person}
        )


class AnsweredAlready(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This has been answered already."))


class HandedOver(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This part was handed over; it is somebody else's now."))


class NobodySpeaks(DomainError):  # noqa: N818
    def __init__(self, partner: object) -> None:
        super().__init__(
            _("Nobody speaks for %(partner)s, so nobody there could name somebody.")
            % {"partner": partner}
            if partner
            else _("Name a person, or a partner.")
        )


class NobodyNamed(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("Nobody is named yet who could say yes."))


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


class NotConsulted(DomainError):  # noqa: N818
    def __init__(self, names: list[str]) -> None:
        super().__init__(
            _(
                "To be asked first, and not heard yet: %(people)s. Open the task to ask "
                "them, or to go on without."
            )
            % {"people": ", ".join(names)}
        )


class AllWaitForSomebody(DomainError):  # noqa: N818
    def __init__(self, n: int) -> None:
        super().__init__(
            ngettext_lazy(
                "It waits for somebody who is to be heard first. Open it to ask them, "
                "or to go on without.",
                "They wait for somebody who is to be heard first. Open each to ask "
                "them, or to go on without.",
                n,
            )
        )


class NotConsultedOnThis(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("%(person)s is not to be consulted on this task.") % {"person": person}
        )


class NotYourQuestion(DomainError):  # noqa: N818
    def __init__(self, person: object) -> None:
        super().__init__(
            _("Only %(person)s, or a coordinator on their behalf, can answer this.")
            % {"person": person}
        )


class QuestionIsOver(DomainError):  # noqa: N818
    def __init__(self) -> None:
        super().__init__(_("This question is over. It takes no answer any more."))
