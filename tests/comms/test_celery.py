"""What Celery is told, so that its known troubles harm nobody (docs/operations.md)."""

from celery import current_app
from django.conf import settings

from comms.sending import smtp

CONF = current_app.conf
BEAT = settings.CELERY_BEAT_SCHEDULE


def test_beat_counts_in_utc_and_every_ring_ends_before_the_next():
    assert (CONF.timezone, CONF.enable_utc) == ("UTC", True)
    for entry in BEAT.values():
        assert isinstance(entry["schedule"], int)  # seconds: no calendar of Celery's
        assert not entry.keys() & {"args", "kwargs"}
    assert all(
        entry["options"]["expires"] < entry["schedule"]
        for name, entry in BEAT.items()
        if name != "work_imports"  # rung by the page, too
    )
    assert BEAT["ring"]["schedule"] == BEAT["ring_fast"]["schedule"] == 60


def test_each_lane_has_a_queue_of_its_own():
    routes = CONF.task_routes
    assert routes["comms.jobs.ring_fast"]["queue"] == "fast"
    assert CONF.task_default_queue == "bulk"


def test_workers_are_renewed_and_hold_one_job_at_a_time():
    assert 0 < CONF.worker_max_tasks_per_child <= 1000
    assert 0 < CONF.worker_max_memory_per_child <= 500_000  # kilobytes
    assert CONF.worker_prefetch_multiplier == 1


def test_a_job_is_neither_kept_nor_repeated_by_the_broker():
    assert CONF.task_ignore_result
    assert not CONF.task_acks_late
    assert not CONF.task_publish_retry
    again_after = CONF.broker_transport_options["visibility_timeout"]
    assert again_after > CONF.task_time_limit


def test_a_job_may_wait_for_the_slowest_server_and_is_let_finish():
    assert CONF.task_time_limit > settings.MAIL_LEASE_SECONDS > smtp.CONNECTION_SECONDS
    assert CONF.worker_soft_shutdown_timeout >= smtp.COMMAND_SECONDS


def test_a_broker_that_is_away_keeps_a_page_for_seconds_only():
    options = CONF.broker_transport_options
    assert options["socket_connect_timeout"] <= 2
    assert options["socket_timeout"] <= 5
