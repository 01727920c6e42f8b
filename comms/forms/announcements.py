"""Forms about announcements: what happened, whom it is for, and who answers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import (
    FilterForm,
    RecordForm,
    TenantModelChoiceField,
    TenantModelMultipleChoiceField,
    Ticks,
)
from comms.models import EDITABLE, Issue, Reach, Topic
from comms.updates.addressees import Addressees, addressees_of
from comms.updates.happenings import Decision, Gathering, Happening, happening_of
from comms.updates.sheet import NOTE, WORDS
from goals.models import Goal, Milestone
from members.models import Partner, Person, WorkingGroup
from members.permissions import MemberRole

LATELY: Final = timedelta(days=365)
_SHARED: Final = frozenset({"whom", "partners", "answered_by"})
_BY_PARTNER: Final = (Reach.SPEAKERS, Reach.PARTNERS)


class AnnounceForm(FilterForm):
    """The query string: what is announced, and to whom it is meant to go."""

    topic = forms.ChoiceField(required=False, choices=Topic.choices)
    to = forms.CharField(required=False, max_length=40)


class AnnouncementForm(RecordForm):
    """Whom it is for and who answers; a form of each topic adds what it is about."""

    whom = forms.ChoiceField(label=_("Who gets it"))
    partners = TenantModelMultipleChoiceField(
        label=_("Which partners"), required=False, widget=Ticks
    )
    answered_by = TenantModelChoiceField(
        label=_("Replies go to"),
        required=False,
        shows="full_name",
        empty_label=_("Whoever reads the replies to updates"),
        help_text=_("Their name stands in the mail: “Just hit reply: … reads it”."),
    )

    class Meta:
        model = Issue
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, to: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = addressees_of(self.instance)
        self.fields["whom"].choices = _whom_choices(chosen)  # type: ignore[attr-defined]
        self.fields["partners"].queryset = _partners(chosen)  # type: ignore[attr-defined]
        self.fields["answered_by"].queryset = _answering(self.instance)  # type: ignore[attr-defined]
        self.initial.update(_initial(chosen, to))
        self.initial["answered_by"] = self.instance.answered_by_id

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        whom, partners = found.pop("whom", ""), found.pop("partners", None)
        found["addressees"] = self._addressees(whom, partners)
        found["happening"] = None if self.errors else self.happening(found)
        return found

    @property
    def about(self) -> list[forms.BoundField]:
        """Return the fields of the topic."""
        return [each for each in self.visible_fields() if each.name not in _SHARED]

    def happening(self, found: dict[str, Any]) -> Happening:
        """Take what it is about out of what was entered."""
        return None

    def _addressees(self, whom: str, partners: Any) -> Addressees:
        reach, _colon, pk = whom.partition(":")
        if reach in _BY_PARTNER:
            listed = list(partners or ())
            if not listed and "partners" not in self.errors:
                self.add_error("partners", _("Tick at least one partner."))
            name = ", ".join(str(partner) for partner in listed)
            ids = tuple(sorted(partner.pk for partner in listed))
            return Addressees(Reach(reach), ids, name)
        if pk:
            names = dict(_choices_in(self.fields["whom"].choices))  # type: ignore[attr-defined]
            return Addressees(Reach(reach), (int(pk),), names[whom])
        return Addressees()


class WordsForm(AnnouncementForm):
    class Meta(AnnouncementForm.Meta):
        fields = ("subject", "introduction")
        labels = {"introduction": _("What you want to say")}
        widgets = {"introduction": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "subject": _("Up to 50 characters show whole on a phone."),
            "introduction": _(
                "After “Hello” and the name. **Bold**, lists and "
                "[links](https://example.org) work."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject", "introduction"):
            self.fields[name].required = True


class MilestoneForm(AnnouncementForm):
    milestone = TenantModelChoiceField(
        label=_("Which milestone"),
        empty_label=None,
        help_text=_("What it says and who made it happen is taken from the record."),
        error_messages={
            "required": _("None was reached that is not drafted already."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["milestone"].queryset = _untold()  # type: ignore[attr-defined]

    def happening(self, found: dict[str, Any]) -> Happening:
        milestone: Milestone = found.pop("milestone")
        return milestone


class DecisionForm(AnnouncementForm):
    decided = forms.CharField(
        label=_("What was decided"),
        max_length=WORDS,
        help_text=_("In one sentence: “We ask the council for a quiet street.”"),
    )
    decided_on = forms.DateField(label=_("When"), widget=forms.DateInput)
    decided_by = forms.CharField(
        label=_("By whom"),
        max_length=80,
        help_text=_("For example: the steering group, all partners in the assembly."),
    )
    changes = forms.CharField(
        label=_("What changes now"),
        required=False,
        max_length=NOTE - 120,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = happening_of(self.instance)
        if isinstance(kept, Decision):
            values = {
                "decided": kept.decided,
                "decided_on": kept.on,
                "decided_by": kept.by,
                "changes": kept.changes,
            }
            self.initial.update(values)
        else:
            self.initial["decided_on"] = timezone.localdate()

    def happening(self, found: dict[str, Any]) -> Happening:
        return Decision(
            decided=found.pop("decided"),
            on=found.pop("decided_on"),
            by=found.pop("decided_by"),
            changes=found.pop("changes"),
        )


class EventForm(AnnouncementForm):
    title = forms.CharField(label=_("What"), max_length=WORDS)
    starts_at = forms.DateTimeField(label=_("Begins"), widget=forms.DateTimeInput)
    ends_at = forms.DateTimeField(
        label=_("Ends"), required=False, widget=forms.DateTimeInput
    )
    place = forms.CharField(label=_("Where"), required=False, max_length=200)
    link = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_("Where one signs up, or joins from afar."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].help_text = _(
            "As clocks show it in %(zone)s. Each reads it in their own time zone."
        ) % {"zone": timezone.get_current_timezone_name()}
        kept = happening_of(self.instance)
        if isinstance(kept, Gathering):
            for name in ("title", "starts_at", "ends_at", "place", "link"):
                self.initial[name] = getattr(kept, name)

    def clean_starts_at(self) -> datetime:
        starts: datetime = self.cleaned_data["starts_at"]
        if starts <= timezone.now():
            raise forms.ValidationError(_("Choose a moment that is still to come."))
        return starts

    def clean_ends_at(self) -> datetime | None:
        ends: datetime | None = self.cleaned_data["ends_at"]
        starts = self.cleaned_data.get("starts_at")
        if ends and starts and ends <= starts:
            raise forms.ValidationError(_("It must not end before it begins."))
        return ends

    def happening(self, found: dict[str, Any]) -> Happening:
        names = ("title", "starts_at", "ends_at", "place", "link")
        return Gathering(**{name: found.pop(name) for name in names})


NEW_FORMS: Final[Mapping[str, type[AnnouncementForm]]] = {
    Topic.MILESTONE: MilestoneForm,
    Topic.DECISION: DecisionForm,
    Topic.EVENT: EventForm,
    Topic.WORDS: WordsForm,
}
# Words, and what a record says, are changed where the draft shows them.
EDIT_FORMS: Final[Mapping[str, type[AnnouncementForm]]] = {
    Topic.DECISION: DecisionForm,
    Topic.EVENT: EventForm,
}


def _whom_choices(chosen: Addressees) -> list[Any]:
    """Offer what is open, and what was chosen before."""
    sources = (
        (Reach.GOAL, Goal.objects.open().values_list("pk", "title")),
        (Reach.GROUP, WorkingGroup.objects.open().values_list("pk", "name")),
    )
    choices: list[Any] = [(Reach.EVERYBODY.value, _("Everybody in the coalition"))]
    for reach, rows in sources:
        listed = {f"{reach.value}:{pk}": name for pk, name in rows}
        if chosen.reach == reach:
            listed.setdefault(_value(chosen), chosen.name)
        if listed:
            choices.append((reach.label, list(listed.items())))
    return [*choices, *((reach.value, reach.label) for reach in _BY_PARTNER)]


def _choices_in(choices: Any) -> list[tuple[str, str]]:
    """Return the options, out of their groups."""
    nested = (
        inner if isinstance(inner, list) else [(v, inner)] for v, inner in choices
    )
    return [option for options in nested for option in options]


def _value(chosen: Addressees) -> str:
    if chosen.reach in {Reach.GOAL, Reach.GROUP}:
        return f"{chosen.reach.value}:{chosen.ids[0]}"
    return chosen.reach.value


def _initial(chosen: Addressees, to: str) -> dict[str, Any]:
    """Choose what stands already, else what a link asked for."""
    kind, _colon, pk = to.partition(":")
    if chosen.is_everybody and kind == "partner" and pk.isdecimal():
        return {"whom": Reach.SPEAKERS.value, "partners": [int(pk)]}
    if chosen.is_everybody and to:
        return {"whom": to}
    return {"whom": _value(chosen), "partners": [*chosen.ids]}


def _partners(chosen: Addressees) -> Any:
    there = Q(status="active", archived_at=None)
    kept = Q(pk__in=chosen.ids if chosen.reach in _BY_PARTNER else ())
    return Partner.objects.filter(there | kept).order_by("name_key")


def _answering(issue: Issue) -> Any:
    """Offer who coordinates, who leads a group, and who was chosen before."""
    leads = Q(
        group_places__leads=True,
        group_places__left_at=None,
        group_places__group__closed_at=None,
    )
    coordinates = Q(membership__role=MemberRole.COORDINATOR)
    people = Person.objects.with_access().exclude(email=None)
    able = people.filter(coordinates | leads).values("pk")
    either = Q(pk__in=able) | Q(pk=issue.answered_by_id)
    return Person.objects.living().filter(either).order_by("name_key", "pk")


def _untold() -> Any:
    """Offer what was reached within a year, but for what waits as a draft."""
    keys = (
        Issue.objects.announcements()
        .filter(source_key__startswith="m:", state__in=EDITABLE)
        .values_list("source_key", flat=True)
    )
    drafted = [int(key.split(":")[1]) for key in keys]
    lately = Milestone.objects.filter(reached_at__gte=timezone.now() - LATELY)
    return lately.exclude(pk__in=drafted).order_by("-reached_at").with_goal()
