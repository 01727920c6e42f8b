"""The doorbell never keeps a page waiting and never fails it."""

import time

import pytest
from celery import current_app
from django.db import transaction

from comms.models import Lane
from comms.sending import doorbell


@pytest.fixture
def broker(settings):
    """Ring at a broker in this process, on an installation that has one."""
    settings.EMBEDDED = False
    with current_app.connection_for_write() as connection:
        for lane in Lane:
            connection.SimpleQueue(lane.value).clear()
        yield connection


@pytest.mark.skipif(
    not current_app.conf.broker_url.startswith("memory"), reason="needs no broker"
)
@pytest.mark.parametrize("lane", tuple(Lane))
def test_doorbell_rings_its_lane_once_the_transaction_is_over(
    transactional_db, broker, lane
):
    with transaction.atomic():
        doorbell.ring(lane)
        assert broker.SimpleQueue(lane.value).qsize() == 0
    message = broker.SimpleQueue(lane.value).get(timeout=1)
    assert message.payload[:2] == [[], {}]
    assert message.headers["expires"]


def test_doorbell_is_silent_without_a_broker(
    db, settings, django_capture_on_commit_callbacks
):
    settings.EMBEDDED = True
    with django_capture_on_commit_callbacks() as callbacks:
        doorbell.ring()
    assert callbacks == []


def test_doorbell_shrugs_at_a_broker_that_is_down(
    settings, monkeypatch, db, django_capture_on_commit_callbacks
):
    settings.EMBEDDED = False
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    with django_capture_on_commit_callbacks() as callbacks:
        doorbell.ring()
    (ring_now,) = callbacks
    ring_now()  # the first one loads the broker's client
    began = time.monotonic()
    ring_now()
    assert time.monotonic() - began < 10
