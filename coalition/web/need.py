"""What one need is: something that waits for somebody, with the step to take."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import Membership
from tasks.models import Task

AT_ONCE: Final = 3  # of a kind


class About(TextChoices):
    OWN = "own", _("Yours to answer or do")
    MAIL = "mail", _("Updates and mail")
    PLAN = "plan", _("Goals and action plan")
    VOICES = "voices", _("What people tell us")
    PARTNERS = "partners", _("Partners and roles")


@dataclass(frozen=True, slots=True)
class Need:
    icon: str
    tone: str
    title: str
    detail: str
    url: str
    action: str
    at: datetime | None = None
    on: date | None = None
    task: Task | None = None


def url_in(membership: Membership, name: str, pk: int | None = None) -> str:
    of = {} if pk is None else {"pk": pk}
    return reverse(name, kwargs={"slug": membership.coalition.slug, **of})


def is_past(due: date | None, today: date) -> bool:
    return due is not None and due < today
