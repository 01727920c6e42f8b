"""Which items of an issue are about a person, or about the partner they stand for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from comms.models import Feedback
from goals.models import Goal, Milestone
from members.models import Affiliation
from tasks.models import Assignment, Win

Pairs = Iterator[tuple[str, int | None, int | None]]  # key, person, partner


def concerns(
    keys: Iterable[str], people: Collection[int], today: date
) -> Mapping[int, frozenset[str]]:
    """Return for each of these people the keys that concern them.

    The statements are the same for any number; none when there are no people.
    """
    if not people:
        return {}
    ids = _ids(keys)
    at: defaultdict[int, set[int]] = defaultdict(set)
    places = Affiliation.objects.current(today).filter(person__in=people)
    for person, partner in places.values_list("person_id", "partner_id"):
        at[partner].add(person)
    found: defaultdict[int, set[str]] = defaultdict(set)
    for key, carrier, partner_id in _carried(ids):
        for who in {carrier or 0, *at.get(partner_id or 0, ())} & set(people):
            found[who].add(key)
    return {person: frozenset(keys) for person, keys in found.items()}


def _ids(keys: Iterable[str]) -> Mapping[str, list[int]]:
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for key in keys:
        kind, _, number = key.partition(":")
        if number.isdecimal():
            ids[kind].append(int(number))
    return ids


def _carried(ids: Mapping[str, list[int]]) -> Pairs:
    """Yield who carries, owns or reached each record."""
    parts = Assignment.objects.standing().filter(task__in=ids["task"])
    for task, person, partner in parts.values_list(
        "task_id", "person_id", "partner_id"
    ):
        yield f"task:{task}", person, partner
    milestones = Milestone.objects.filter(pk__in=ids["milestone"])
    for pk, person, owner, partner in milestones.values_list(
        "pk", "reached_by_id", "goal__owner_id", "partner_id"
    ):
        yield f"milestone:{pk}", person, partner
        yield f"milestone:{pk}", owner, None
    goals = Goal.objects.filter(pk__in=ids["goal"])
    for pk, owner in goals.values_list("pk", "owner_id"):
        yield f"goal:{pk}", owner, None
    wins = Win.objects.filter(pk__in=ids["win"])
    for pk, person, partner in wins.values_list("pk", "person_id", "partner_id"):
        yield f"win:{pk}", person, partner
    # What is not open is told to its writer by a mail of its own: here it would tell
    # who that is, to whoever looks at the mail of others.
    said = Feedback.objects.open().filter(pk__in=ids["feedback"])
    for pk, person in said.exclude(author=None).values_list("pk", "author_id"):
        yield f"feedback:{pk}", person, None
    for pk, person in said.values_list("pk", "seconds__person_id"):
        yield f"feedback:{pk}", person, None
    for pk in ids["partner"]:
        yield f"partner:{pk}", None, pk
