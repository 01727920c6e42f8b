"""Setting up in three steps; how far it is follows from what is there."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Exists
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comms.models import UpdateSchedule
from members.models import Coalition, Partner


@dataclass(frozen=True, slots=True)
class SetupStep:
    title: str | Promise
    url: str = ""
    done: bool = False


_PAGES: Final = (
    (_("Your coalition"), "web:setup_coalition"),
    (_("First partners"), "web:setup_partners"),
    (_("Your rhythm"), "web:setup_rhythm"),
)
# Before there is a coalition.
STEPS: Final = [SetupStep(title) for title, _page in _PAGES]


def setup_steps(coalition: Coalition) -> list[SetupStep]:
    there = Coalition.objects.filter(pk=coalition.pk).values_list(
        Exists(Partner.objects.all()), Exists(UpdateSchedule.objects.all())
    )
    done = (bool(coalition.purpose), *there[0])
    return [
        SetupStep(title, reverse(page, kwargs={"slug": coalition.slug}), is_done)
        for (title, page), is_done in zip(_PAGES, done, strict=True)
    ]
