"""The Celery app: argument-free doorbells; the database is the queue."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")

app = Celery("coalition")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(["coalition.web"], related_name="jobs")


@setup_logging.connect
def _log_as_everywhere(**kwargs: Any) -> None:
    """Keep Django's logging: Celery's would replace it, and print addresses."""
