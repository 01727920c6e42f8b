"""Who may do what: one table, pure data."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MemberRole(models.TextChoices):
    """What a membership lets a person do; not to be confused with a standing role."""

    COORDINATOR = "coordinator", _("Coordinator")
    STEERING = "steering", _("Steering group")
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer")


class Permission(StrEnum):
    """One thing that a page or an act needs."""

    HOME_VIEW = "home.view"
    DASHBOARD_VIEW = "dashboard.view"
    COALITION_EDIT = "coalition.edit"
    PARTNERS_VIEW = "partners.view"
    PARTNERS_EDIT = "partners.edit"
    PARTNERS_EDIT_OWN = "partners.edit_own"
    AGREEMENTS_ACCEPT = "agreements.accept"
    AGREEMENTS_EDIT = "agreements.edit"
    PEOPLE_VIEW = "people.view"
    PEOPLE_CONTACT = "people.contact"
    PEOPLE_EDIT = "people.edit"
    GROUPS_JOIN = "groups.join"
    GROUPS_EDIT = "groups.edit"
    LISTS_IMPORT = "lists.import"
    LISTS_EXPORT = "lists.export"
    GOALS_VIEW = "goals.view"
    GOALS_EDIT = "goals.edit"
    TASKS_VIEW = "tasks.view"
    TASKS_ANSWER = "tasks.answer"
    TASKS_EDIT = "tasks.edit"
    CHECKINS_ANSWER = "checkins.answer"
    CHECKINS_VIEW = "checkins.view"
    CHECKINS_EDIT = "checkins.edit"
    COMMENTS_WRITE = "comments.write"
    COMMENTS_MODERATE = "comments.moderate"
    FEEDBACK_WRITE = "feedback.write"
    FEEDBACK_ANSWER = "feedback.answer"
    FEEDBACK_COUNT = "feedback.count"
    UPDATES_READ = "updates.read"
    UPDATES_VIEW = "updates.view"
    UPDATES_SEND = "updates.send"
    MAIL_CHOOSE = "mail.choose"
    PROFILE_EDIT = "profile.edit"


# What each lets a person do; docs/permissions.md says the same, which a test compares.
PERMISSION_WORDS: Mapping[Permission, str | Promise] = {
    Permission.HOME_VIEW: _("open the coalition and see what is yours"),
    Permission.DASHBOARD_VIEW: _(
        "see the whole at a glance: what is late, what nobody carries"
    ),
    Permission.COALITION_EDIT: _("set the coalition up, close it, delete it"),
    Permission.PARTNERS_VIEW: _("read the list of partners and their pages"),
    Permission.PARTNERS_EDIT: _("add partners, change them, give them other names"),
    Permission.PARTNERS_EDIT_OWN: _(
        "change the page and the logo of a partner you speak for, its offers, and what "
        "it agrees to show in public"
    ),
    Permission.AGREEMENTS_ACCEPT: _(
        "accept the agreement for a partner you speak for and may decide for"
    ),
    Permission.AGREEMENTS_EDIT: _(
        "write and publish the agreement, record that a partner accepted it"
    ),
    Permission.PEOPLE_VIEW: _("read the list of people and whom they stand for"),
    Permission.PEOPLE_CONTACT: _("see e-mail addresses and phone numbers"),
    Permission.PEOPLE_EDIT: _(
        "add and invite people, change them, say whom they stand for, change access"
    ),
    Permission.GROUPS_JOIN: _(
        "join a working group that is open to all, leave one, keep one that you lead"
    ),
    Permission.GROUPS_EDIT: _("start working groups, say who is in them and who leads"),
    Permission.LISTS_IMPORT: _(
        "bring in lists of partners and people, and take them back"
    ),
    Permission.LISTS_EXPORT: _(
        "take lists of partners and people, or everything, out as files"
    ),
    Permission.GOALS_VIEW: _("read goals, readings and milestones"),
    Permission.GOALS_EDIT: _("set goals, record readings, mark milestones reached"),
    Permission.TASKS_VIEW: _("read the action plan"),
    Permission.TASKS_ANSWER: _(
        "accept, decline, hand over and finish what you are asked to do"
    ),
    Permission.TASKS_EDIT: _("write the action plan and ask people"),
    Permission.CHECKINS_ANSWER: _("say in a check-in how it goes"),
    Permission.CHECKINS_VIEW: _("see who is asked how it goes, when, and what is said"),
    Permission.CHECKINS_EDIT: _(
        "say who is asked how it goes, and when; write down what somebody told you"
    ),
    Permission.COMMENTS_WRITE: _(
        "talk about goals, milestones and tasks, and name people"
    ),
    Permission.COMMENTS_MODERATE: _("take away what others said, see earlier wordings"),
    Permission.FEEDBACK_WRITE: _(
        "say an idea, a concern or a question, read what others say openly, second it"
    ),
    Permission.FEEDBACK_ANSWER: _(
        "read what is said to the coordinators, and answer all of it"
    ),
    Permission.FEEDBACK_COUNT: _(
        "see how much is said in confidence, never of fewer than five people"
    ),
    Permission.UPDATES_VIEW: _("read drafts and how sending went"),
    Permission.UPDATES_SEND: _("edit, approve, release, pause and cancel an update"),
    Permission.UPDATES_READ: _("read what was sent: every update and announcement"),
    Permission.MAIL_CHOOSE: _("choose which mail you get"),
    Permission.PROFILE_EDIT: _("say who you are, and what makes taking part easier"),
}

# What a role is for, said to whoever gives or gets it.
ROLE_WORDS: Mapping[str, str | Promise] = {
    MemberRole.COORDINATOR: _("Keeps everything together: people, plan, updates."),
    MemberRole.STEERING: _("Sees the whole, sets goals and says what was reached."),
    MemberRole.MEMBER: _("Says yes or no to tasks, and keeps the page of a partner."),
    MemberRole.OBSERVER: _("Reads along, can have a say, and changes nothing."),
}

_OBSERVER = frozenset(
    {
        Permission.HOME_VIEW,
        Permission.PARTNERS_VIEW,
        Permission.PEOPLE_VIEW,
        Permission.GOALS_VIEW,
        Permission.TASKS_VIEW,
        Permission.FEEDBACK_WRITE,
        Permission.UPDATES_READ,
        Permission.MAIL_CHOOSE,
        Permission.PROFILE_EDIT,
    }
)
_MEMBER = _OBSERVER | {
    Permission.PARTNERS_EDIT_OWN,
    Permission.AGREEMENTS_ACCEPT,
    Permission.GROUPS_JOIN,
    Permission.TASKS_ANSWER,
    Permission.CHECKINS_ANSWER,
    Permission.COMMENTS_WRITE,
}
_STEERING = _MEMBER | {
    Permission.DASHBOARD_VIEW,
    Permission.PEOPLE_CONTACT,
    Permission.GOALS_EDIT,
    Permission.CHECKINS_VIEW,
    Permission.FEEDBACK_COUNT,
    Permission.UPDATES_VIEW,
}

ROLE_PERMISSIONS: Mapping[MemberRole, frozenset[Permission]] = {
    MemberRole.OBSERVER: _OBSERVER,
    MemberRole.MEMBER: _MEMBER,
    MemberRole.STEERING: _STEERING,
    MemberRole.COORDINATOR: frozenset(Permission),
}

# What a standing role may carry, and what each is of no use without. Never access,
# membership, lists of people, whole partners, or the coalition itself; nor what people
# were told that only those who lead can read: addresses, and what check-ins say.
GRANTABLE: Mapping[Permission, frozenset[Permission]] = {
    Permission.DASHBOARD_VIEW: frozenset(),
    Permission.AGREEMENTS_EDIT: frozenset(),
    Permission.GOALS_EDIT: frozenset(),
    Permission.TASKS_EDIT: frozenset(),
    Permission.COMMENTS_MODERATE: frozenset(),
    Permission.UPDATES_VIEW: frozenset(),
    Permission.UPDATES_SEND: frozenset({Permission.UPDATES_VIEW}),
}


def with_companions(chosen: Iterable[str]) -> list[str]:
    """Add to grantable permissions what each needs; in the order of the table."""
    wanted = {Permission(name) for name in chosen}
    wanted |= {other for each in wanted for other in GRANTABLE[each]}
    return [each.value for each in GRANTABLE if each in wanted]


_OWN_FIELDS = (
    "website",
    "country",
    "region",
    "contact_email",
    "sector",
    "communities",
    "why_joined",
)
# What each of the two lets a person change on a partner's page.
PARTNER_FIELDS: Mapping[Permission, tuple[str, ...]] = {
    Permission.PARTNERS_EDIT_OWN: _OWN_FIELDS,
    Permission.PARTNERS_EDIT: ("name", *_OWN_FIELDS, "tags", "joined_on", "notes"),
}
