"""App config of the project package: registers the system checks; owns no models."""

from django.apps import AppConfig


class CoalitionConfig(AppConfig):
    name = "coalition"

    def ready(self) -> None:
        from coalition.common import checks, purging  # noqa: F401, PLC0415
