"""The one place that says whether a task may be done: whoever is consulted was heard."""

from django.utils import timezone

from members.services.audit import Actor, record_change
from tasks.errors import NotConsulted
from tasks.models import Consultation, Task
from tasks.queries.consultations import Voice, voices


def hear_before_done(task: Task, *, without: str, by: Actor) -> None:
    """Refuse what nobody was asked about, unless `without` says why it goes on.

    The caller holds the task. That it went on is kept beside each who was not heard.
    """
    missing = [v for v in voices(task, timezone.localdate()) if not v.is_heard]
    if not missing:
        return
    names = [voice.name for voice in missing]
    if not without:
        raise NotConsulted(names)
    for voice in missing:
        _go_on(task, voice, reason=without, by=by)
    record_change(
        action="go on without",
        target=task,
        by=by,
        after={"without": names},
        reason=without,
    )


def take_back_going_on(task: Task) -> None:
    """Forget that it went on without somebody: it is open again, they can be asked."""
    went_on = Consultation.objects.filter(task=task, went_on_at__isnull=False)
    went_on.filter(question="").delete()
    went_on.update(went_on_at=None, went_on_by=None, reason="")


def _go_on(task: Task, voice: Voice, *, reason: str, by: Actor) -> None:
    """Keep it with the question that waits, else on a row of its own."""
    person = voice.part.person_id
    if not person:  # a partner that has named nobody: the trail alone keeps it
        return
    row = voice.open or Consultation(
        coalition=by.coalition, task=task, person_id=person
    )
    row.went_on_at, row.went_on_by, row.reason = timezone.now(), by.person, reason
    row.save()
