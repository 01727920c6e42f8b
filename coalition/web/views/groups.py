"""The page of a working group: who is in it, and when it is asked how it goes."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.common.htmx import render_page
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from members.queries.groups import group_page
from tasks.queries.schedules import schedule_lines_of_group


@coalition_page(Permission.PEOPLE_VIEW)
@require_safe
def group_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    page = group_page(pk, timezone.localdate(now))
    if page is None:
        raise Http404
    may, own = request.membership.may, page.line.place_of(request.person)
    leads = own is not None and own.leads and may(Permission.GROUPS_JOIN)
    schedules = schedule_lines_of_group(page.line.group, now)
    context = {
        "page": page,
        "group": page.line.group,
        "own": own,
        "keeps": may(Permission.GROUPS_EDIT) or leads,
        "schedules": schedules if may(Permission.CHECKINS_VIEW) or own else [],
    }
    return render_page(request, "web/group_detail.html", context)
