"""What the health pages say, to whom, and how little of it."""

import json
from datetime import timedelta

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from comms.models import Lane, PausedBy, TransportState
from tests.factories.comms import DeliveryFactory, IssueFactory

NOW = timezone.now
MINUTE = timedelta(minutes=1)


def ask(page=""):
    answer = Client().get(f"/healthz{page}")
    assert answer["Content-Type"] == "application/json"
    assert answer.json().keys() == {"status"}
    return answer.status_code, answer.json()["status"]


@pytest.fixture
def planned(db):
    return TransportState.objects.create(planned_at=NOW())


def test_live_asks_nobody(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert ask() == (200, "ok")


@pytest.mark.parametrize("page", ("", "/ready", "/mail"))
def test_health_is_only_read_and_never_stored(page, planned):
    answer = Client().get(f"/healthz{page}")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert Client().post(f"/healthz{page}").status_code == 405


def test_ready_with_the_database_as_this_code_knows_it(db):
    assert ask("/ready") == (200, "ok")


def test_not_ready_before_the_migrations(db):
    MigrationRecorder(connection).record_unapplied("tasks", "0001_initial")
    assert ask("/ready") == (503, "unavailable")


@pytest.mark.parametrize("page", ("/ready", "/mail"))
def test_not_well_without_the_database_and_without_a_word_why(page, db):
    def away(*args):
        raise OperationalError("could not connect to 10.1.2.3 as coalition")

    with connection.execute_wrapper(away):
        assert ask(page) == (503, "unavailable")


def test_pages_do_without_the_broker(db, settings, monkeypatch):
    settings.EMBEDDED = False
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    assert ask("/ready") == (200, "degraded")


def test_pages_do_without_the_cache(db, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    assert ask("/ready") == (200, "degraded")


def test_mail_is_well_while_something_plans(planned):
    assert ask("/mail") == (200, "ok")


def test_mail_is_not_well_when_nothing_ever_ran(db):
    assert ask("/mail") == (503, "unavailable")


def test_mail_is_not_well_when_nothing_planned_for_five_minutes(planned):
    TransportState.objects.update(planned_at=NOW() - 4 * MINUTE)
    assert ask("/mail")[0] == 200
    TransportState.objects.update(planned_at=NOW() - 6 * MINUTE)
    assert ask("/mail")[0] == 503


@pytest.mark.parametrize(
    ("lane", "minutes", "code"),
    (
        (Lane.BULK, 14, 200),
        (Lane.BULK, 16, 503),
        (Lane.FAST, 4, 200),
        (Lane.FAST, 6, 503),
    ),
)
def test_mail_is_late_after_a_while(planned, lane, minutes, code):
    DeliveryFactory(lane=lane, not_before=NOW() - minutes * MINUTE)
    assert ask("/mail")[0] == code


@pytest.mark.parametrize(
    "fields",
    (
        {"not_before": NOW() + MINUTE},
        {"expires_at": NOW() - MINUTE},
        {"status": "held", "not_before": NOW() - 60 * MINUTE},
    ),
)
def test_what_is_not_due_is_not_late(planned, fields):
    DeliveryFactory(**{"not_before": NOW() - 60 * MINUTE} | fields)
    assert ask("/mail")[0] == 200


def test_what_waits_in_a_paused_issue_is_not_late(planned):
    issue = IssueFactory(state="paused", content_sha256="x", approved_sha256="x")
    DeliveryFactory(
        issue=issue, coalition=issue.coalition, not_before=NOW() - 60 * MINUTE
    )
    assert ask("/mail")[0] == 200


def test_a_large_update_that_moves_at_its_pace_is_not_late(planned):
    DeliveryFactory(not_before=NOW() - 60 * MINUTE)
    sent = DeliveryFactory(status="sent", accepted_at=NOW() - MINUTE)
    assert ask("/mail")[0] == 200
    type(sent).objects.model._base_manager.filter(pk=sent.pk).update(
        accepted_at=NOW() - 6 * MINUTE
    )
    assert ask("/mail")[0] == 503


@pytest.mark.parametrize(
    ("paused_by", "answer"),
    (
        (PausedBy.OPERATOR, (200, "paused")),
        (PausedBy.TROUBLE, (503, "unavailable")),
        (PausedBy.RESTORE, (503, "unavailable")),
    ),
)
def test_only_a_pause_on_purpose_wakes_nobody(planned, paused_by, answer):
    TransportState.objects.update(
        paused_at=NOW(), paused_by=paused_by, planned_at=NOW() - 60 * MINUTE
    )
    assert ask("/mail") == answer


def test_the_operator_is_told_more(planned, capsys):
    DeliveryFactory(not_before=NOW() - 60 * MINUTE)
    with pytest.raises(CommandError, match="wait for too long"):
        call_command("mail_status")
    said = capsys.readouterr().out
    assert "Due since:" in said
    assert "Waiting: 1" in said


def test_mail_status_is_quiet_when_all_is_well(planned, capsys):
    call_command("mail_status", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["health"], told["waiting"], told["due_since"]) == ("ok", 0, None)


@pytest.mark.parametrize(
    ("paused_by", "words"),
    (
        (PausedBy.TROUBLE, "Mend what the reason says"),
        (PausedBy.RESTORE, "mail_reconcile"),
    ),
)
def test_mail_status_says_what_to_do(planned, capsys, paused_by, words):
    TransportState.objects.update(paused_at=NOW(), paused_by=paused_by, reason="535 no")
    with pytest.raises(CommandError, match=words):
        call_command("mail_status")
    assert "Reason: 535 no" in capsys.readouterr().out


def test_mail_status_of_a_pause_on_purpose(db, capsys):
    call_command("mail_stop", "--all", "Moving house")
    call_command("mail_status")
    said = capsys.readouterr().out
    assert "stopped by a person" in said
    assert "Reason: Moving house" in said
    assert "Never ran" in said
