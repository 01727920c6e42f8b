"""What was sent before it could be found is found after the upgrade."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from comms.models import Circle, Issue, IssueState
from comms.services.items import withdraw_item
from tests.comms.drafts import content, make_announcement, make_issue
from tests.utils import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


def own(key, words, circle):
    named = {"key": key, "heading": "Ours", "by": "Alice"}
    return {**named, "words": words, "circle": circle.value}


def fold():
    Issue.objects.update(search_text="")
    import_module("comms.migrations.0027_fold_issues").fold_words(apps, None)


def test_the_upgrade_folds_what_everybody_could_read(harbor, alice):
    issue = make_issue(
        harbor,
        IssueState.DONE,
        subject="Über uns",
        introduction="Ein Ñandu.",
        told=content("Shown", "Hidden", "Withdrawn"),
        hidden=["task:2"],
        wordings={"task:1": {"words": "Reworded", "note": "Below"}},
        openings={"achieved": {"words": "Above it", "by": "Alice"}},
        quoted=[{"key": "quote:1", "words": "Said so", "by": "Bob"}],
        own_sections=[
            own("own:1", "For all", Circle.EVERYBODY),
            own("own:2", "Confidential", Circle.STEERING),
        ],
        released_at=timezone.now(),
    )
    withdraw_item(issue=issue, key="task:3", by=acting(alice))
    fold()
    issue.refresh_from_db()
    assert issue.search_text == (
        "uber uns ein nandu. reworded below said so above it ours for all"
    )


def test_the_upgrade_finds_nothing_that_an_update_told_and_took_back(harbor, alice):
    update = make_issue(harbor, IssueState.DONE, released_at=timezone.now())
    told = {"told_in": update, "released_at": timezone.now()}
    news = make_announcement(harbor, state=IssueState.MERGED, subject="Gone", **told)
    withdraw_item(issue=update, key="milestone:1", by=acting(alice))
    fold()
    news.refresh_from_db()
    assert news.search_text == ""
