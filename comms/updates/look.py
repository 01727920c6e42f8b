"""What whoever approves an issue looks over: remarks, who gets it, what is not in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from comms.models import Issue
from comms.updates.draft import Audience, audience_of
from comms.updates.left_out import LeftOutItems, left_out_items
from comms.updates.paper_readers import OnPaper, on_paper
from comms.updates.remarks import Remark, remarks_on
from comms.updates.render import Preview
from comms.updates.survey import Survey, survey_of


@dataclass(frozen=True, slots=True)
class Look:
    audience: Audience
    survey: Survey
    remarks: Sequence[Remark]
    items: LeftOutItems
    on_paper: Sequence[OnPaper]

    @property
    def unserved(self) -> Sequence[OnPaper]:
        """Return those who read on paper and to whom nobody takes it."""
        return [line for line in self.on_paper if line.courier is None]


def look_over(issue: Issue, mail: Preview) -> Look:
    """Look at what would leave now; `mail` is what one of its readers would get."""
    audience = audience_of(issue)
    survey = survey_of(issue, audience.recipients)
    return Look(
        audience=audience,
        survey=survey,
        remarks=remarks_on(issue, survey, mail),
        items=left_out_items(issue),
        on_paper=on_paper(issue),
    )
