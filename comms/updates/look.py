"""What whoever approves an issue looks over: remarks, who gets it, what is not in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from comms.models import Circle, Issue
from comms.updates.draft import Audience, audience_of
from comms.updates.left_out import LeftOutItems, left_out_items
from comms.updates.paper_readers import OnPaper, on_paper
from comms.updates.remarks import Remark, remarks_on
from comms.updates.render import Preview, preview
from comms.updates.survey import Survey, survey_of
from members.models import Person
from tasks.queries.personal import waiting_for


@dataclass(frozen=True, slots=True)
class Look:
    mail: Preview
    audience: Audience
    survey: Survey
    remarks: Sequence[Remark]
    items: LeftOutItems
    on_paper: Sequence[OnPaper]

    @property
    def unserved(self) -> Sequence[OnPaper]:
        """Return those who read on paper and to whom nobody takes it."""
        return [line for line in self.on_paper if line.courier is None]


def look_over(issue: Issue, reader: Person, *, within: Circle) -> Look:
    """Look at what would leave now, and at the mail as one reader would get it."""
    audience = audience_of(issue)
    people = {who.person_id for who in audience.recipients}
    waiting = waiting_for(people | {reader.pk or 0})
    survey = survey_of(issue, audience.recipients, waiting)
    mail = preview(issue, reader, within=within, waiting=waiting)
    return Look(
        mail=mail,
        audience=audience,
        survey=survey,
        remarks=remarks_on(issue, survey, mail),
        items=left_out_items(issue),
        on_paper=on_paper(issue),
    )
