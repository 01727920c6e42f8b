"""A filter of the plan that somebody gave a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.common.tenancy import TenantManager


class PlanPage(models.TextChoices):
    """The ways to look at the plan; each is a page of its own."""

    GOALS = "task_list", _("By goal")
    PARTNERS = "task_list_by_partner", _("By partner")
    PEOPLE = "task_list_by_person", _("By person")
    BOARD = "task_board", _("Board")
    CALENDAR = "task_calendar", _("Calendar")
    TIMELINE = "task_timeline", _("Timeline")


class SavedView(models.Model):
    coalition = models.ForeignKey("members.Coalition", on_delete=models.PROTECT)
    person = models.ForeignKey(
        "members.Person", on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=60)
    page = models.CharField(max_length=30, choices=PlanPage.choices)
    query = models.CharField(max_length=1000, blank=True)

    objects = TenantManager["SavedView"]()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="tasks_savedview_once",
                violation_error_message=_("You have a view of that name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(page__in=PlanPage.values),
                name="tasks_savedview_page",
            ),
        ]

    def __str__(self) -> str:
        return self.name
