"""The form in which people say something, and name others with an @."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.common.forms import RecordForm, StyledForm, Voice
from coalition.common.tenancy import coalition_in_scope
from members.models import Person
from tasks.models import Comment
from tasks.queries.mentions import Question, read_mentions

PICK = "pick-"


class MentionSearchForm(StyledForm, forms.Form):
    q = forms.CharField(max_length=100)


class CommentForm(RecordForm):
    """Cleans to the text, with every name in full, and the people named."""

    class Meta:
        model = Comment
        fields = ("text",)
        labels = {"text": gettext_lazy("Your words")}
        help_texts = {
            "text": gettext_lazy(
                "Type @ and a name to tell somebody. **Bold**, lists and links work."
            )
        }
        widgets = {"text": Voice({"rows": 3})}
        error_messages = {"text": {"required": gettext_lazy("Write something first.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: list[Question] = []
        self.fields["text"].widget.attrs["data-names"] = reverse(
            "tasks:mention_options_panel", kwargs={"slug": coalition_in_scope().slug}
        )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if "text" in found:
            picked = {
                key.removeprefix(PICK): value
                for key, value in self.data.items()
                if key.startswith(PICK)
            }
            read = read_mentions(found["text"], picked=picked, known=self._known())
            found |= {"text": read.text, "named": read.named}
            self._ask(read.questions)
        return found

    def _known(self) -> Mapping[str, Person]:
        if not self.instance.pk:
            return {}
        named = self.instance.hearings.named().select_related("person")
        return {hearing.name: hearing.person for hearing in named}

    def _ask(self, questions: list[Question]) -> None:
        self.questions = [question for question in questions if question.people]
        for question in questions:
            said = (
                _("Whom do you mean by “@%(name)s”? Choose below.")
                if question.people
                else _(
                    "Nobody who can open this page goes by “@%(name)s”. "
                    "Write another name, or leave out the @."
                )
            )
            self.add_error("text", said % {"name": question.name})
