"""A coalition of a size: made at once, without the services."""

from datetime import date, timedelta
from itertools import cycle

from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from goals.models import Goal, GoalReading, Milestone
from members.models import Affiliation, Coalition, Membership, Partner, Person, User
from members.permissions import MemberRole
from tasks.models import Assignment, AssignmentStatus, Letter, Task

TODAY = date(2026, 6, 1)
NOW = timezone.now()
# Of ten parts one waits for an answer.
WAITING = {"status": AssignmentStatus.PROPOSED}
ACCEPTED = {"status": AssignmentStatus.ACCEPTED, "answered_at": NOW}


def fill(*, partners: int, people: int, tasks: int) -> Coalition:
    with scopes_disabled():
        coalition = Coalition.objects.create(slug="bench", name="Bench Coalition")
        made = make_people(coalition, partners=partners, people=people)
        make_work(coalition, made, tasks=tasks)
        give_access(coalition, made)
    return coalition


def make_people(coalition: Coalition, *, partners: int, people: int) -> list[Person]:
    organisations = Partner.objects.bulk_create(
        Partner(coalition=coalition, name=f"Partner {n:04}", country="Norway")
        for n in range(partners)
    )
    consent = {"consent_digest": True, "consent_at": timezone.now()}
    made = Person.objects.bulk_create(
        Person(
            coalition=coalition,
            full_name=f"Ines Person {n:05}",
            email=f"person{n}@host{n % 50}.example",
            **consent,
        )
        for n in range(people)
    )
    Affiliation.objects.bulk_create(
        Affiliation(coalition=coalition, person=person, partner=partner)
        for person, partner in zip(made, cycle(organisations), strict=False)
    )
    return made


def make_work(coalition: Coalition, people: list[Person], *, tasks: int) -> None:
    goals = Goal.objects.bulk_create(
        Goal(coalition=coalition, title=f"Goal {n}", baseline=0, target=100, unit="x")
        for n in range(12)
    )
    GoalReading.objects.bulk_create(
        GoalReading(goal=goal, on=TODAY - timedelta(days=30 * n), value=40 - n)
        for goal in goals
        for n in range(12)
    )
    Milestone.objects.bulk_create(
        Milestone(goal=goal, title=f"Milestone {n}", due=TODAY + timedelta(days=n))
        for goal in goals
        for n in range(5)
    )
    lines = Task.objects.bulk_create(
        Task(
            coalition=coalition,
            goal=goals[n % len(goals)],
            title=f"Task {n}",
            due=TODAY + timedelta(days=n % 400 - 200),
            done_at=timezone.now() - timedelta(days=n % 300) if n % 2 else None,
        )
        for n in range(tasks)
    )
    Assignment.objects.bulk_create(
        Assignment(
            coalition=coalition,
            task=task,
            person=people[(n * 7 + shift) % len(people)],
            letter=letter,
            **(WAITING if n % 10 == 0 else ACCEPTED),
        )
        for n, task in enumerate(lines)
        for shift, letter in enumerate((Letter.ACCOUNTABLE, Letter.RESPONSIBLE))
    )


def give_access(coalition: Coalition, people: list[Person]) -> None:
    """Let the first coordinate and everybody else be a member; two have accounts."""
    users = [User.objects.create_user(person.email or "") for person in people[:2]]
    Membership.objects.bulk_create(
        Membership(
            coalition=coalition,
            person=person,
            user=users[n] if n < len(users) else None,
            role=MemberRole.MEMBER if n else MemberRole.COORDINATOR,
        )
        for n, person in enumerate(people)
    )
