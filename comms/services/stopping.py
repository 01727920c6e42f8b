"""The stop switch of one coalition: no message of it leaves while it is on."""

from django.db import transaction
from django.utils import timezone

from members.models import Coalition
from members.services.audit import Actor, record_change


def stop_mail(*, coalition: Coalition, by: Actor) -> None:
    """Let nothing leave from now on, whatever waits; does nothing when it is stopped.

    Claim and fence read it: at most the message that each worker is just handing over
    still goes.
    """
    running = Coalition.objects.filter(pk=coalition.pk, mail_paused_at=None)
    with transaction.atomic():
        if running.update(mail_paused_at=timezone.now()):
            record_change(action="stop mail", target=coalition, by=by)


def resume_mail(*, coalition: Coalition, by: Actor) -> None:
    """Let what waits leave, unless it is too old by now; does nothing when mail runs.

    A closed coalition and an example mail nobody: that is no switch to turn.
    """
    stopped = Coalition.objects.filter(
        pk=coalition.pk, closed_at=None, is_example=False
    ).exclude(mail_paused_at=None)
    with transaction.atomic():
        if stopped.update(mail_paused_at=None):
            record_change(action="resume mail", target=coalition, by=by)
