"""Asking the renderer for a batch, so that one bad message harms no other."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from comms.models import Delivery
from comms.sending.mail import Later, RenderedMail, Skip, assemble

logger = logging.getLogger(__name__)

Made = RenderedMail | Skip | Later
Render = Callable[[Sequence[Delivery]], Mapping[int, Made]]


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes over the wire, and the form of the issue it was made from."""

    content: bytes
    issue_sha256: str
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Unmade:
    """A message that could not be made, and why."""

    words: str


Sealed = Letter | Skip | Later | Unmade


def prepare(render: Render, deliveries: Sequence[Delivery]) -> Mapping[int, Sealed]:
    """Render a batch at once, or one by one when the batch fails."""
    try:
        mails = render(deliveries)
    except (OperationalError, InterfaceError):
        raise  # the database is away: no message is to blame
    except Exception:
        logger.exception("Rendering a batch failed; trying one by one")
        return {delivery.pk: _alone(render, delivery) for delivery in deliveries}
    return {delivery.pk: _sealed(delivery, mails) for delivery in deliveries}


def _alone(render: Render, delivery: Delivery) -> Sealed:
    try:
        return _sealed(delivery, render([delivery]))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001
        return Unmade(f"{type(error).__name__}: {error}")


def _sealed(delivery: Delivery, mails: Mapping[int, Made]) -> Sealed:
    mail = mails.get(delivery.pk)
    if mail is None:
        return Unmade("Nothing was made for this message")
    if isinstance(mail, Skip | Later):
        return mail
    try:
        content = assemble(
            mail, message_id=delivery.message_id, dedupe_key=delivery.dedupe_key
        )
    except ValueError as error:  # a header that must not go out
        return Unmade(f"{type(error).__name__}: {error}")
    return Letter(content, mail.issue_sha256, mail.withdrawn)
