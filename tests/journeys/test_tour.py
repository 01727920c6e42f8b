"""docs/tour.md, walked: its files, its commands, and its clicks."""

import json
import re
import shlex
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from coalition.common.tenancy import scope
from comms.models import Issue
from goals.models import Goal, Milestone
from members.models import Coalition, Person
from tests.sending.processes import running_sink

SLUG = "river-alliance"
TOUR = Path(django_settings.BASE_DIR, "docs", "tour.md").read_text("utf-8")
SENT_TO = {"marta@river.example", "joan@riverkeepers.example", "lucia@vegaviva.example"}


def commands() -> dict[str, list[list[str]]]:
    """Return the commands of each section, by its heading."""
    found: dict[str, list[list[str]]] = {}
    for section in TOUR.split("\n## ")[1:]:
        heading = section.partition("\n")[0]
        lines = re.findall(r"^\$ python manage\.py (.*)$", section, re.MULTILINE)
        found[heading] = [shlex.split(line) for line in lines]
    return found


def run(section: str, capsys, **replace: str) -> list[str]:
    (lines,) = [
        lines for heading, lines in commands().items() if heading.startswith(section)
    ]
    outputs = []
    for words in lines:
        if words[0] != "migrate":  # the test database is there already
            call_command(*[replace.get(word, word) for word in words])
            outputs.append(capsys.readouterr().out)
    return outputs


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Write the files that the tour shows, where its commands look for them."""
    for name, text in re.findall(r"`(\w+\.csv)`:\n\n```csv\n(.*?)```", TOUR, re.DOTALL):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)


def sign_in(link: str) -> Client:
    client = Client()
    client.post(link.strip().removeprefix(django_settings.SITE_URL))
    return client


def set_up_the_work(client: Client, coalition: Coalition) -> None:
    def url(name: str, **kwargs: int) -> str:
        return reverse(name, kwargs={"slug": SLUG, **kwargs})

    goal = {"title": "A river clean enough to swim in", "unit": "kilometres"}
    client.post(url("goals:goal_create"), goal | {"baseline": "2", "target": "14"})
    with scope(coalition=coalition):
        pk = Goal.objects.get().pk
    client.post(url("goals:milestone_create", pk=pk), {"title": "First clean-up day"})
    with scope(coalition=coalition):
        milestone = Milestone.objects.get()
    client.post(url("goals:milestone_reach", pk=milestone.pk), {"on": "2026-01-20"})
    client.post(
        url("tasks:task_create"),
        {"title": "Ask the mayor for test results", "goal": pk},
    )


@pytest.mark.django_db(transaction=True)
def test_tour_ends_with_the_first_update_sent(files, tmp_path, settings, capsys):
    journal = tmp_path / "journal.jsonl"
    with running_sink(journal) as sink:
        settings.EMAIL_URL = sink.url
        (_, link) = run("1.", capsys)
        coalition = Coalition.objects.get(slug=SLUG)
        run("2.", capsys)
        run("3.", capsys)
        set_up_the_work(sign_in(link), coalition)
        with scope(coalition=coalition):
            assert Milestone.objects.reached().count() == 1
        drafted, *_ = run_update(capsys)
        with scope(coalition=coalition):
            issue = Issue.objects.get(pk=int(drafted))
        assert "First clean-up day" in json.dumps(issue.content)
        run("6.", capsys)
    sent = [json.loads(line) for line in journal.read_text().splitlines()]
    assert {row["rcpt"] for row in sent} >= SENT_TO
    assert "pere@anglers.example" not in {row["rcpt"] for row in sent}


def run_update(capsys) -> list[str]:
    """Walk section 5 with the number that its first command prints."""
    (words, *rest) = next(
        lines for heading, lines in commands().items() if heading.startswith("5.")
    )
    call_command(*words)
    number = capsys.readouterr().out.strip()
    for line in rest:
        call_command(*[number if word == "1" else word for word in line])
    return [number, capsys.readouterr().out]


def test_tour_counts_everybody_it_brings(files, capsys, db):
    run("1.", capsys)
    run("2.", capsys)
    run("3.", capsys)
    with scope(coalition=Coalition.objects.get(slug=SLUG)):
        assert Person.objects.count() == 5
