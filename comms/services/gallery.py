"""Samples of every kind of mail: made as those that are sent, about nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from comms.models import Delivery, IssueKind, Lane, Topic
from comms.notices.cast import Cast
from comms.notices.kinds import KINDS
from comms.notices.render import sample_notice
from comms.sending.mail import RenderedMail, Skip, assemble
from comms.services.account_mail import AccountMail, account_mail_to
from comms.services.testing import KIND as TEST
from comms.updates.personal import Reader
from comms.updates.render import Told, make_mail, make_test
from comms.updates.samples import CONCERNS, sample_issue, sample_waiting
from comms.updates.sheet import Desk, desks

ACCOUNT: Final[Mapping[str, str | Promise]] = {
    "login_code": _("Code to sign in"),
    "email_confirmation": _("New address"),
    "password_reset_key": _("New password"),
}
CONCERNING: Final = "concerning"
# Variants stand behind a dot.
TO_EVERYBODY: Final[Mapping[str, str | Promise]] = {
    IssueKind.UPDATE: IssueKind.UPDATE.label,
    f"{IssueKind.UPDATE}.{CONCERNING}": _("Update: only what concerns them"),
    IssueKind.ANNOUNCEMENT: _("Announcement of a milestone"),
    f"{IssueKind.ANNOUNCEMENT}.{Topic.DECISION}": _("Announcement of a decision"),
    f"{IssueKind.ANNOUNCEMENT}.{Topic.EVENT}": _("Announcement of an event"),
    f"{IssueKind.ANNOUNCEMENT}.{Topic.WORDS}": _("Announcement in your own words"),
    TEST: _("Test"),
}
UNMADE: Final = "<sample@localhost>"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Kinds of mail that go out for the same reason; `names` by kind."""

    heading: str | Promise
    why: str | Promise
    names: Mapping[str, str | Promise]


def shelves() -> tuple[Shelf, ...]:
    """Return all kinds of mail there are."""
    return (
        Shelf(_("To everybody"), _("When a coordinator approved it."), TO_EVERYBODY),
        Shelf(
            _("To one person"),
            _("What they can do without: every one has a link that stops it."),
            dict(_names(Lane.BULK)),
        ),
        Shelf(
            _("To one person, at once"),
            _("Answers to what somebody did, and what cannot be missed."),
            dict(_names(Lane.FAST)),
        ),
        Shelf(_("Signing in"), _("About an account."), ACCOUNT),
    )


def _names(lane: Lane) -> Iterator[tuple[str, str | Promise]]:
    for kind, said in KINDS.items():
        if said.lane == lane:
            yield kind, said.name
            for name, variant in said.variants.items():
                yield f"{kind}.{name}", variant.name


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail as it would arrive; `size` in bytes, of all that is sent."""

    name: str | Promise
    subject: str
    html: str
    text: str
    size: int


def read_sample(kind: str, cast: Cast, *, language: str) -> Sample:
    sealed = assemble(
        make_sample(kind, cast, language=language), message_id=UNMADE, dedupe_key=""
    )
    mail = message_from_bytes(sealed, policy=policy.default)
    html, text = (mail.get_body((part,)) for part in ("html", "plain"))
    names = {name: said for shelf in shelves() for name, said in shelf.names.items()}
    return Sample(
        name=names[kind],
        subject=mail["Subject"],
        html=html.get_content() if html else "",
        text=text.get_content() if text else "",
        size=len(sealed),
    )


def make_sample(kind: str, cast: Cast, *, language: str) -> RenderedMail:
    """Return a mail of this kind about a cast; call it in the coalition's scope."""
    desk = desks([cast.coalition])[cast.coalition.pk]
    main, _dot, variant = kind.partition(".")
    with override(language):
        if kind in ACCOUNT:
            made: RenderedMail | Skip = _account_mail(kind, cast)
        elif kind in TO_EVERYBODY:
            row = Delivery(language=language, to_addr=cast.reader.email or "")
            made = _issue_mail(main, variant, cast, desk, row)
        else:
            made = sample_notice(
                main, cast, desk=desk, language=language, variant=variant
            )
    if isinstance(made, Skip):
        raise TypeError(f"The sample of {kind} has nothing to say")
    return made


def _account_mail(kind: str, cast: Cast) -> RenderedMail:
    context = {
        "user": cast.reader,
        "code": "4F7K-9P2M",
        "activate_url": f"{settings.SITE_URL}/accounts/",
        "password_reset_url": f"{settings.SITE_URL}/accounts/",
    }
    subject, text = (
        render_to_string(f"account/email/{kind}_{part}.txt", context).strip()
        for part in ("subject", "message")
    )
    return account_mail_to(cast.reader.email or "", AccountMail(subject, text))


def _issue_mail(
    kind: str, variant: str, cast: Cast, desk: Desk, row: Delivery
) -> RenderedMail | Skip:
    issue = sample_issue(
        IssueKind.UPDATE if kind == TEST else IssueKind(kind),
        cast.coalition,
        by=cast.other,
        said=cast.said,
        due_at=cast.now,
        topic=Topic(variant) if variant in Topic else Topic.MILESTONE,
    )
    reader = Reader(
        cast.reader,
        str(cast.partner),
        sample_waiting(cast.title, cast.other, cast.today),
        only=CONCERNS if variant == CONCERNING else None,
        brings_to=[str(cast.other)],
    )
    make = make_test if kind == TEST else make_mail
    return make(row, Told(issue, desk, frozenset()), reader)
