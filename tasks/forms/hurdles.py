"""Forms about what is in the way: what is looked for, an answer, a task."""

from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.common.forms import (
    RecordForm,
    StyledForm,
    TenantModelChoiceField,
)
from goals.models import Goal
from tasks.forms.dependencies import TaskField
from tasks.forms.tasks import TaskCreateForm
from tasks.forms.troubles import TroubleFilterForm
from tasks.models import Hurdle, HurdleState, SeenBy, Task
from tasks.models.task import TaskQuerySet
from tasks.queries.troubles import EVERYTHING, UNSOLVED, HurdleFilter

TITLE_CHARS: Final = 200


class HurdleFilterForm(TroubleFilterForm):
    """The query string of the list of hurdles."""

    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Not solved yet")),
            *HurdleState.choices,
            (EVERYTHING, _("Everything")),
        ],
    )

    def wanted(self) -> HurdleFilter:
        self.is_valid()
        found = self.cleaned_data
        return HurdleFilter(
            show=found.get("state") or UNSOLVED,
            mine=self.mine,
            goal=found.get("goal"),
            partner=found.get("partner"),
            words=self.value("q"),
        )


class HurdleAnswerForm(RecordForm):
    class Meta:
        model = Hurdle
        fields = ("answer",)
        labels = {"answer": _("What can be done about it?")}
        help_texts = {
            "answer": _(
                "Whoever raised it gets this by mail. Who sees the hurdle sees it too."
            )
        }
        widgets = {"answer": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True


class _PlannedField(TaskField):
    """Names an open task, or the one that is named already."""

    named: int | None = None

    def offered(self) -> TaskQuerySet:
        return Task.objects.filter(Q(done_at=None) | Q(pk=self.named or 0))


class HurdlePlaceForm(StyledForm, forms.Form):
    task = _PlannedField(
        label=_("Which task gets it out of the way?"),
        required=False,
        max_length=220,
        help_text=_("Words of the task, or its number. Empty: none."),
    )
    goal = TenantModelChoiceField(
        label=_("Which goal does it hold up?"),
        shows="title",
        required=False,
        empty_label=_("None in particular"),
    )

    def __init__(self, *args: Any, hurdle: Hurdle, **kwargs: Any) -> None:
        named = f"{hurdle.task} (#{hurdle.task_id})" if hurdle.task else ""
        initial = {"task": named, "goal": hurdle.goal_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["task"].named = hurdle.task_id  # type: ignore[attr-defined]
        self.fields["task"].suggest()  # type: ignore[attr-defined]
        self.fields["goal"].queryset = Goal.objects.all()  # type: ignore[attr-defined]


class HurdleTaskForm(TaskCreateForm):
    """A new task; its title begins with the hurdle where everybody may read that."""

    def __init__(self, *args: Any, hurdle: Hurdle, **kwargs: Any) -> None:
        goal = hurdle.goal_id or (hurdle.task.goal_id if hurdle.task else None)
        initial = {"goal": goal}
        if hurdle.seen_by == SeenBy.MEMBERS:
            initial["title"] = hurdle.text[:TITLE_CHARS].replace("\n", " ")  # type: ignore[assignment]
        super().__init__(*args, initial=initial, **kwargs)
