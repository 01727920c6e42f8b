"""The project: wiring, a bottom layer (common) and a top layer (web)."""

from coalition.celery import app as celery_app

__all__ = ["celery_app"]
