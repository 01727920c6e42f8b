"""Load the demo: one believable coalition with a year of history."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.common.clock import due, next_weekday
from coalition.common.tenancy import scope
from coalition.management import demo, demo_people
from coalition.management.demo_announcements import load_announcements
from coalition.management.demo_check_ins import load_check_ins
from coalition.management.demo_consulting import load_consultations
from coalition.management.demo_feedback import load_feedback
from coalition.management.demo_groups import load_groups
from coalition.management.demo_lists import load_lists
from coalition.management.demo_partners import load_partner_lives
from coalition.management.demo_parts import load_parts
from coalition.management.demo_plan import load_more
from coalition.management.demo_roles import load_roles
from coalition.management.demo_talk import load_talk
from coalition.management.demo_update import dress_draft
from comms.models import (
    Delivery,
    DeliveryStatus,
    Issue,
    IssueState,
    MailPreference,
    MailReport,
    ReportKind,
    Suppression,
    UpdateSchedule,
)
from comms.models.delivery import SuppressionReason
from comms.sending.addresses import address_hash
from comms.services.announcements import announce_milestone
from comms.services.issues import approve_issue, edit_issue
from comms.services.planning import LEAD, compose_coalition, plan_coalition
from comms.services.release import release_issue
from comms.services.schedule import THURSDAY, draft_now
from goals.models import Goal, GoalReading, Milestone
from members.models import (
    Affiliation,
    Coalition,
    Membership,
    Partner,
    PartnerAlias,
    Person,
    Via,
)
from members.services.accounts import ensure_account
from members.services.audit import Actor
from members.services.coalitions import free_slug, start_coalition
from tasks.models import Assignment, Task


class Command(BaseCommand):
    help = "Load the demo coalition, unless it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="only when there is no coalition"
        )
        parser.add_argument(
            "--example-for",
            metavar="EMAIL",
            help="load one more, which mails nobody, for this account to coordinate",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if email := options["example_for"]:
            with transaction.atomic():
                Demo().load_example(email)
            return
        taken = Coalition.objects.all()
        if not options["if_empty"]:
            taken = taken.filter(slug=demo.SLUG)
        if taken.exists():
            self.stdout.write("A coalition is here already; nothing was loaded.")
            return
        with transaction.atomic():
            Demo().load()
        self.stdout.write(
            f"{demo.NAME} is at /c/{demo.SLUG}/. Sign in with: manage.py login_link "
            f"{demo.COORDINATOR} (coordinates), {demo.STEERING} (steers), "
            f"{demo.DELEGATE} (speaks for a partner)"
        )


class Demo:
    """Writes the rows of `demo`, dated as if they had been recorded then."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.joined = {name: joined for name, _, _, joined, _ in demo.PARTNERS}
        self.partners: dict[str, Partner] = {}
        self.people: dict[str, Person] = {}

    def day(self, offset: int) -> date:
        return timezone.localdate(self.now) + timedelta(days=offset)

    def moment(self, offset: int, hour: int = 15) -> datetime:
        moment = datetime.combine(self.day(offset), time(hour), self.now.tzinfo)
        return min(moment, self.now - timedelta(minutes=1))

    def load(self) -> None:
        self.load_as(demo.NAME, slug=demo.SLUG, coordinator_email=demo.COORDINATOR)
        for email in (demo.STEERING, demo.DELEGATE):
            ensure_account(email=email)

    def load_example(self, email: str) -> None:
        """Load it for one account, which is Rosa there; nobody is mailed."""
        name = _("Example: %(name)s") % {"name": demo.NAME}
        self.load_as(name, slug=free_slug("example"), coordinator_email=email)
        self.coalition.is_example = True
        self.coalition.mail_paused_at = self.now
        self.coalition.save(update_fields=["is_example", "mail_paused_at"])

    def load_as(self, name: str, *, slug: str, coordinator_email: str) -> None:
        self.coalition = start_coalition(
            name=name,
            timezone=demo.TIMEZONE,
            purpose=demo.PURPOSE,
            coordinator_name=demo.PEOPLE[0][0],
            slug=slug,
            coordinator_email=coordinator_email,
        )
        founded = min(self.joined.values())
        _backdate(self.coalition, created_at=self.moment(founded))
        with scope(coalition=self.coalition):
            self.load_partners()
            self.load_people()
            founder = self.people[demo.PEOPLE[0][0]]
            brought = self.moment(founded)
            load_lists(by=founder, partners=len(self.partners), brought=brought)
            load_partner_lives(
                self.coalition, self.people, day=self.day, moment=self.moment
            )
            for goal in demo.GOALS:
                self.load_goal(goal)
            by = Actor(self.coalition, self.people["Rosa Marín"], Via.COMMAND)
            load_more(by, self.day)
            load_parts(self.people, moment=self.moment)
            load_consultations(self.people, day=self.day, moment=self.moment)
            load_roles(self.people, by=by, day=self.day)
            load_groups(self.people, by=by, day=self.day, moment=self.moment)
            load_talk(self.people, moment=self.moment)
            load_check_ins(self.coalition, self.people, day=self.day)
            load_feedback(self.people, by=by, day=self.day, moment=self.moment)
            self.load_updates()
            by = Actor(self.coalition, self.people["Rosa Marín"], Via.WEB)
            demo_people.invite(self.people, by=by, now=self.now)
            demo_people.put_on_paper(self.people, by=by)
            demo_people.part(self.people, by=by)

    def load_partners(self) -> None:
        for name, region, tags, joined, aliases in demo.PARTNERS:
            partner = Partner.objects.create(
                coalition=self.coalition,
                name=name,
                region=region,
                country="USA",
                tags=tags.split(", "),
                joined_on=self.day(joined),
            )
            since = self.moment(joined)
            _backdate(partner, created_at=since, status_since=since)
            self.partners[name] = partner
            for alias in aliases:
                PartnerAlias.objects.create(
                    coalition=self.coalition, partner=partner, name=alias
                )

    def load_people(self) -> None:
        for name, partner, kind, role in demo.PEOPLE:
            person = self.load_person(name, partner, role)
            self.people[name] = person
            if partner:
                Affiliation.objects.create(
                    coalition=self.coalition,
                    person=person,
                    partner=self.partners[partner],
                    kind=kind,
                )

    def load_person(self, name: str, partner: str, role: str) -> Person:
        consents = name not in demo.NO_CONSENT
        joined = self.joined.get(partner, -60)
        person, created = Person.objects.update_or_create(
            coalition=self.coalition,
            full_name=name,
            defaults={
                "email": None
                if name in demo.NO_EMAIL
                else demo.address_of(name, partner),
                "language": "es" if name in demo.SPEAK_SPANISH else "",
                "consent_digest": consents,
                "consent_at": self.moment(joined) if consents else None,
                "joined_on": self.day(joined),
            },
        )
        if created:
            Membership.objects.create(
                coalition=self.coalition, person=person, role=role
            )
        return person

    def load_goal(self, plan: demo.DemoGoal) -> None:
        goal = Goal.objects.create(
            coalition=self.coalition,
            title=plan.title,
            why=plan.why,
            measure=plan.measure,
            unit=plan.unit,
            baseline=Decimal(plan.baseline),
            target=Decimal(plan.target),
            due=self.day(plan.due),
            owner=self.people[plan.owner],
        )
        _backdate(goal, created_at=self.moment(plan.readings[0][0] - 10))
        for offset, value, note in plan.readings:
            self.load_reading(goal, offset, value, note)
        for milestone in plan.milestones:
            self.load_milestone(goal, milestone)
        for task in plan.tasks:
            self.load_task(goal, task)

    def load_reading(self, goal: Goal, offset: int, value: int, note: str) -> None:
        reading = GoalReading.objects.create(
            goal=goal,
            on=self.day(offset),
            value=value,
            note=note,
            recorded_by=goal.owner,
        )
        _backdate(reading, recorded_at=self.moment(offset))

    def load_milestone(self, goal: Goal, plan: demo.DemoMilestone) -> None:
        reached = plan.reached
        milestone = Milestone.objects.create(
            goal=goal,
            title=plan.title,
            due=self.day(plan.due),
            partner=self.partners.get(plan.partner),
            reached_at=None if reached is None else self.moment(reached),
            reached_on=None if reached is None else self.day(reached),
            reached_by=self.people.get(plan.by),
            reached_note=plan.note,
        )
        _backdate(milestone, created_at=goal.created_at)

    def load_task(self, goal: Goal, plan: demo.DemoTask) -> None:
        task = Task.objects.create(
            coalition=self.coalition,
            goal=goal,
            title=plan.title,
            description=plan.description,
            due=self.day(plan.due),
            done_at=None if plan.done is None else self.moment(plan.done),
            done_by=self.people.get(plan.by),
        )
        asked = min(plan.due - 30, -10)
        _backdate(task, created_at=self.moment(asked - 1))
        for ask in plan.asks:
            self.load_assignment(task, ask, asked)

    def load_assignment(self, task: Task, ask: demo.DemoAsk, asked: int) -> None:
        person = self.people[ask.person]
        answered = ask.answer != "proposed"
        assignment = Assignment.objects.create(
            coalition=self.coalition,
            task=task,
            letter=ask.letter,
            person=person,
            partner=Partner.objects.filter(affiliations__person=person).first(),
            status=ask.answer,
            reason=ask.reason,
            asked_by=self.people["Rosa Marín"],
            answered_at=self.moment(min(asked + 3, -4)) if answered else None,
        )
        _backdate(assignment, asked_at=self.moment(asked))

    def load_updates(self) -> None:
        """Send two updates in the past, and draft the next and an announcement."""
        rosa = Actor(self.coalition, self.people["Rosa Marín"], Via.WEB)
        coming = next_weekday(self.day(0), THURSDAY)
        schedule = UpdateSchedule.objects.create(
            coalition=self.coalition,
            anchor_date=coming - timedelta(weeks=demo.UPDATES[0][0]),
            local_time=time(10),
            timezone=demo.TIMEZONE,
        )
        for period, (_weeks, *words) in enumerate(demo.UPDATES):
            self.send_update(due(schedule, period), words, rosa)
        for name, updates, announcements in demo.WISHES:
            MailPreference.objects.create(
                person=self.people[name], updates=updates, announcements=announcements
            )
        draft = draft_now(coalition=self.coalition, now=self.now, by=rosa)
        dress_draft(draft, self.people, rosa)
        newest = Milestone.objects.reached().order_by("-reached_at").first()
        if newest:
            announce_milestone(milestone=newest, by=rosa)
        load_announcements(self.people, self.deliver, by=rosa, now=self.now)

    def send_update(self, at: datetime, words: Sequence[str], by: Actor) -> None:
        subject, opening, note = words
        drafted = at - LEAD + timedelta(hours=1)
        plan_coalition(self.coalition, drafted)
        compose_coalition(self.coalition, drafted)
        issue = Issue.objects.updates().drafts().get()
        issue = edit_issue(
            issue=issue,
            version=issue.version,
            subject=subject,
            introduction=opening,
            own_note=note,
            by=by,
        )
        approve_issue(issue=issue, sha256=issue.content_sha256, by=by)
        release_issue(issue=issue, now=at, at_once=False, by=by)
        self.deliver(issue, at)

    def deliver(self, issue: Issue, at: datetime) -> None:
        """Say that everybody got it, but for one whose address is gone the first time."""
        waiting = Delivery.objects.filter(issue=issue, status=DeliveryStatus.QUEUED)
        if bounced := waiting.filter(person=self.people[demo.BOUNCED]).first():
            self.bounce(bounced)
        over = at + timedelta(minutes=40)
        waiting.update(
            status=DeliveryStatus.SENT, accepted_at=over, attempts=1, reply="250 Ok"
        )
        _backdate(issue, approved_at=at - timedelta(hours=20), finished_at=over)
        Issue.objects.filter(pk=issue.pk).update(state=IssueState.DONE)

    def bounce(self, delivery: Delivery) -> None:
        Delivery.objects.filter(pk=delivery.pk).update(
            status=DeliveryStatus.FAILED,
            reason="refused",
            error_class="permanent_rcpt",
            reply="550 5.1.1 No such person here",
            attempts=1,
        )
        MailReport.objects.create(
            delivery=delivery,
            kind=ReportKind.HARD,
            received_at=delivery.created_at,
            words="550 5.1.1 No such person here",
        )
        Suppression.objects.create(
            coalition=self.coalition,
            addr_hmac=address_hash(delivery.to_norm),
            reason=SuppressionReason.HARD_BOUNCE,
        )


def _backdate(record: models.Model, **moments: datetime) -> None:
    """Say when it was recorded: the columns that set themselves do not take a date."""
    type(record)._base_manager.filter(pk=record.pk).update(**moments)  # noqa: SLF001
    for name, moment in moments.items():
        setattr(record, name, moment)
