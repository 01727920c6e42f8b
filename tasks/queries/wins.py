"""Wins that wait for somebody to make something of them, and those that were told."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from tasks.models import CheckIn, CheckInVoice, Win, WinUse


def wins_waiting() -> QuerySet[CheckIn]:
    """Return each check-in with a win that nobody has decided about, the newest first."""
    told = CheckIn.objects.spoken().exclude(win="").filter(celebrated=None)
    return _with_all(told).order_by("-answered_at", "-id")


def wins_decided() -> QuerySet[Win]:
    """Return what was decided, the newest first."""
    return Win.objects.select_related(
        "person", "partner", "milestone__goal", "check_in__person"
    )


def wins_told_between(start: datetime, end: datetime) -> QuerySet[Win]:
    """Return what the update of this window tells."""
    told = wins_decided().filter(use=WinUse.UPDATE)
    return told.filter(created_at__gte=start, created_at__lt=end).order_by("id")


def with_win(pk: int) -> QuerySet[CheckIn]:
    return _with_all(CheckIn.objects.spoken().filter(pk=pk).exclude(win=""))


def _with_all(check_ins: QuerySet[CheckIn]) -> QuerySet[CheckIn]:
    voices = CheckInVoice.objects.select_related("partner")
    return check_ins.select_related("person", "cycle__schedule").prefetch_related(
        Prefetch("voices", voices)
    )
