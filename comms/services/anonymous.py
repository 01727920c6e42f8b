"""Words without a name: nothing that is kept of them leads to who wrote them.

No name, no audit entry, no session, no time but the day. What comes in a day waits in
one row and is handed over the day after, in no order. How often one person has used it
this month is a mark that nobody can read without a key, which is dropped with the month.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from random import SystemRandom
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from coalition.common.signing import make_token
from comms.errors import (
    FeedbackMoved,
    FeedbackTakenBack,
    FeedbackUsedUp,
    ThreadIsFull,
)
from comms.models import (
    A_MONTH,
    Feedback,
    FeedbackBox,
    FeedbackMessage,
    FeedbackPeriod,
    FeedbackState,
    Visibility,
)
from comms.models.feedback import ANSWER_WITHIN
from comms.queries.feedback_counts import count_months
from comms.services.feedback import begin_month, refuse_taken_back, refuse_unread
from goals.models import Goal
from members.models import Coalition, Merge, Partner
from members.services.audit import Actor, record_change
from members.services.records import locked, refuse_foreign
from members.services.tending import tend

THREAD: Final = "feedback"  # what the private link is for
A_DAY: Final = 5  # messages of one thread
_SALT: Final = "coalition.feedback"
_NUMBERS: Final = 2**53 - 1


def thread_token(coalition: Coalition, secret: str) -> str:
    return make_token(THREAD, str(coalition.pk), secret)


def hash_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def create_anonymous(
    *,
    kind: str,
    text: str,
    goal: Goal | None,
    partner: Partner | None,
    once: str,
    by: Actor,
) -> str:
    """Drop it in the box of today; return the token of its private page.

    The same `once` twice is one act. Raises FeedbackUsedUp, NobodyReadsIt.
    """
    refuse_foreign(by, goal, partner)
    today = timezone.localdate(timezone=by.coalition.zone)
    refuse_unread(Visibility.ANONYMOUS, partner, today)
    secret = _derived("secret", by.coalition, once)[:32]
    number = _number("post", by.coalition, once)
    post = {
        "kind": kind,
        "text": text,
        "goal": goal.pk if goal else None,
        "partner": partner.pk if partner else None,
        "thread": hash_of(secret),
    }
    with transaction.atomic():
        box = _box(by.coalition, today)
        new = str(number) not in box.posts
        if new and not Feedback.objects.filter(pk=number).exists():
            _use_up(by, today)
            box.posts = _in_order(box.posts | {str(number): post})
            box.save(update_fields=["posts"])
    return thread_token(by.coalition, secret)


def write_on(*, thread: "Thread", text: str, once: str) -> None:
    """Let whoever has the private link say more; raises ThreadIsFull."""
    if thread.taken_back:
        raise FeedbackTakenBack
    coalition = thread.coalition
    number = _number("message", coalition, f"{thread.hash}:{once}")
    today = timezone.localdate(timezone=coalition.zone)
    with transaction.atomic():
        box = _box(coalition, today)
        mine = _messages_in(box, thread.hash)
        if str(number) in box.messages:
            return
        if len(mine) >= A_DAY:
            raise ThreadIsFull
        place = max((one["place"] for one in mine), default=0) + 1
        said = {"thread": thread.hash, "text": text, "place": place}
        box.messages = _in_order(box.messages | {str(number): said})
        box.save(update_fields=["messages"])


def take_back_nameless(*, thread: "Thread") -> None:
    """Let whoever has the private link take it back, until it is answered.

    What still waits in a box loses its words at once. What was handed over is noted in
    the box of today, and goes with it: its hour would tell who was here.
    """
    coalition = thread.coalition
    today = timezone.localdate(timezone=coalition.zone)
    with transaction.atomic():
        stored = Feedback.objects.filter(thread_hash=thread.hash).first()
        if stored and stored.is_answered:
            raise FeedbackMoved
        _box(coalition, today)
        for box in FeedbackBox.objects.select_for_update().order_by("day"):
            if _forget(box, thread.hash) or (stored and box.day == today):
                box.taken_back = sorted({*box.taken_back, thread.hash})
            box.save(update_fields=["posts", "messages", "taken_back"])


def _forget(box: FeedbackBox, hashed: str) -> bool:
    """Let the words of one private page go from a box; say if it began there."""
    mine = [number for number, post in box.posts.items() if post["thread"] == hashed]
    for number in mine:
        box.posts[number]["text"] = ""
    kept = box.messages.items()
    box.messages = {n: said for n, said in kept if said["thread"] != hashed}
    return bool(mine)


def write_back(*, feedback: Feedback, text: str, by: Actor) -> FeedbackMessage:
    """Say something to whoever has the private link, under one's own name."""
    refuse_foreign(by, feedback)
    with transaction.atomic():
        stored = locked(feedback)
        refuse_taken_back(stored)
        message = FeedbackMessage.objects.create(
            coalition=by.coalition,
            feedback=stored,
            position=_last_place(stored) + 1,
            author=by.person,
            text=text,
            said_on=timezone.localdate(timezone=by.coalition.zone),
        )
        record_change(action="write back", target=stored, by=by)
    return message


@dataclass(frozen=True, slots=True)
class Thread:
    """What stands on a private page: in the box still, or handed over."""

    coalition: Coalition
    hash: str
    feedback: Feedback
    waits: bool
    taken_back: bool
    messages: list[FeedbackMessage]


def thread_of(coalition: Coalition, secret: str) -> Thread | None:
    """Find what a private link leads to, inside the coalition's scope."""
    hashed = hash_of(secret)
    boxes = list(FeedbackBox.objects.order_by("day"))
    changed = ("closed_by", "changed_goal", "changed_task", "changed_milestone")
    rows = Feedback.objects.select_related("goal", "partner", *changed)
    feedback = rows.filter(thread_hash=hashed).first()
    said = list(feedback.messages.select_related("author")) if feedback else []
    waits = feedback is None
    for box in boxes:
        feedback = feedback or _in_box(box, hashed)
        said += [
            FeedbackMessage(text=one["text"], said_on=box.day)
            for one in _messages_in(box, hashed)
        ]
    if feedback is None:
        return None
    noted = any(hashed in box.taken_back for box in boxes)
    taken_back = feedback.is_taken_back or (noted and feedback.is_waiting)
    return Thread(coalition, hashed, feedback, waits, taken_back, said)


def open_boxes(now: datetime) -> int:
    """Hand over what came on the days before, and drop the keys of months gone by."""
    due = Coalition.objects.filter(
        Q(feedbackbox__day__lte=now.date()) | Q(feedbackperiod__key__gt="")
    )
    return tend(due, now, _tend_one, what="feedback", also_closed=True)


def _tend_one(coalition: Coalition, now: datetime) -> int:
    today = timezone.localdate(now, coalition.zone)
    month = today.replace(day=1)
    with transaction.atomic():
        boxes = FeedbackBox.objects.select_for_update().filter(day__lt=today)
        handed_over = sum(_empty(box) for box in boxes.order_by("day"))
        over = FeedbackPeriod.objects.filter(month__lt=month).exclude(key="")
        count_months(list(over.order_by("month")))
        over.update(key="", marks=[])
    return handed_over


def _empty(box: FeedbackBox) -> int:
    rows = [_in_box(box, post["thread"]) for post in box.posts.values()]
    found = [row for row in rows if row is not None]
    SystemRandom().shuffle(found)
    Feedback.objects.bulk_create(found)
    _take_back(box)
    threads = {one["thread"] for one in box.messages.values()}
    for feedback in Feedback.objects.filter(thread_hash__in=threads).order_by("pk"):
        last = _last_place(feedback)
        FeedbackMessage.objects.bulk_create(
            FeedbackMessage(
                coalition_id=box.coalition_id,
                feedback=feedback,
                position=last + place,
                text=one["text"],
                said_on=box.day,
            )
            for place, one in enumerate(_messages_in(box, feedback.thread_hash), 1)
        )
    box.delete()
    return len(found)


def _take_back(box: FeedbackBox) -> None:
    """Let go of the words taken back that day, unless they were answered before."""
    noted = Feedback.objects.waiting().filter(thread_hash__in=box.taken_back)
    for feedback in noted.select_for_update().order_by("pk"):
        feedback.state, feedback.text = FeedbackState.TAKEN_BACK, ""
        feedback.version += 1
        feedback.save(update_fields=["state", "text", "version", "search_text"])
        feedback.messages.all().delete()


def _in_box(box: FeedbackBox, hashed: str) -> Feedback | None:
    for number, post in box.posts.items():
        if post["thread"] == hashed:
            return Feedback(
                pk=int(number),
                coalition_id=box.coalition_id,
                kind=post["kind"],
                visibility=Visibility.ANONYMOUS,
                text=post["text"],
                goal=Goal.objects.filter(pk=post["goal"]).first(),
                partner=_partner(post["partner"]),
                raised_on=box.day,
                due_on=box.day + ANSWER_WITHIN,
                thread_hash=hashed,
            )
    return None


def _partner(pk: int | None) -> Partner | None:
    """Find it, or what it became: its people must not read what is said of it."""
    for _step in range(A_DAY):
        if pk is None or (found := Partner.objects.filter(pk=pk).first()):
            return found if pk else None
        merge = Merge.objects.filter(kind="partner", lost_pk=pk).first()
        pk = merge.kept_partner_id if merge else None
    return None


def _messages_in(box: FeedbackBox, hashed: str) -> list[Mapping[str, Any]]:
    mine = [one for one in box.messages.values() if one["thread"] == hashed]
    return sorted(mine, key=lambda one: one["place"])


def _last_place(feedback: Feedback) -> int:
    last = FeedbackMessage.objects.filter(feedback=feedback)
    found: int | None = last.aggregate(last=Max("position"))["last"]
    return found or 0


def _box(coalition: Coalition, day: date) -> FeedbackBox:
    FeedbackBox.objects.get_or_create(coalition=coalition, day=day)
    return FeedbackBox.objects.select_for_update().get(coalition=coalition, day=day)


def _use_up(by: Actor, today: date) -> None:
    """Leave one of the marks that this person has for the month."""
    assert by.person  # noqa: S101
    begin_month(by.coalition, today)
    period = FeedbackPeriod.objects.select_for_update().get(
        coalition=by.coalition, month=today.replace(day=1)
    )
    for n in range(A_MONTH):
        mark = _mark(period, by.person.pk, n)
        if mark not in period.marks:
            period.marks = sorted([*period.marks, mark])
            period.save(update_fields=["marks"])
            return
    raise FeedbackUsedUp(A_MONTH)


def _mark(period: FeedbackPeriod, person: int, n: int) -> str:
    return salted_hmac(
        f"{_SALT}.mark", f"{period.key}:{person}:{n}", algorithm="sha256"
    ).hexdigest()


def _derived(use: str, coalition: Coalition, once: str) -> str:
    return salted_hmac(
        f"{_SALT}.{use}", f"{coalition.pk}:{once}", algorithm="sha256"
    ).hexdigest()


def _number(use: str, coalition: Coalition, once: str) -> int:
    return int(_derived(use, coalition, once), 16) % _NUMBERS + 1


def _in_order(kept: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(kept.items()))
