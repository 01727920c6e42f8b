"""Who does what by when, and how it goes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("Action plan")

    def ready(self) -> None:
        from tasks.services.imports import register  # noqa: PLC0415  # wants models

        register()
