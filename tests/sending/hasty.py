"""The app's own settings with a beat that need not be waited for."""

from coalition.settings import *  # noqa: F403
from coalition.settings import CELERY_BEAT_SCHEDULE

CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": 1} for name, entry in CELERY_BEAT_SCHEDULE.items()
}
