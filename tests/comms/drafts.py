"""Issues in whatever state a test needs, with content that hangs together."""

from datetime import timedelta

from django.utils import timezone

from comms.models import Issue, IssueKind, IssueState
from comms.updates.content import Content, Item, Section, SectionKind, digest_of
from tests.factories.comms import DeliveryFactory, IssueFactory

APPROVED = {
    IssueState.APPROVED,
    IssueState.RELEASED,
    IssueState.PAUSED,
    IssueState.DONE,
}


def content(*words: str) -> Content:
    items = tuple(
        Item(key=f"task:{n}", words=word, path=f"/c/harbor/tasks/{n}/", fresh=True)
        for n, word in enumerate(words or ("Somali translation checked",), start=1)
    )
    section = Section(kind=SectionKind.ACHIEVED, items=items, total=len(items))
    return Content((section,))


def make_issue(
    coalition, state=IssueState.AWAITING_APPROVAL, *, told=None, **fields
) -> Issue:
    issue = IssueFactory.build(
        coalition=coalition,
        state=state,
        content=(told or content()).as_json(),
        due_at=timezone.now() + timedelta(days=1),
    )
    for name, value in fields.items():
        setattr(issue, name, value)
    issue.content_sha256 = digest_of(issue)
    if state in APPROVED:
        issue.approved_sha256 = issue.content_sha256
        issue.approved_at = issue.approved_at or timezone.now()
    issue.save()
    return issue


def arrived(issue, person) -> Issue:
    """Let it have reached this person."""
    at = timezone.now()
    whose = {"coalition": issue.coalition, "issue": issue, "person": person}
    proof = {"status": "sent", "accepted_at": at, "data_started_at": at}
    DeliveryFactory(**whose, **proof)
    return issue


def make_announcement(coalition, **fields) -> Issue:
    return make_issue(
        coalition, kind=IssueKind.ANNOUNCEMENT, source_key="m:1:1", **fields
    )
