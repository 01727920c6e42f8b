"""What people say about goals, milestones and tasks, in the place it is about."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from coalition.common.forms import StyledForm
from coalition.common.htmx import (
    perform,
    posted,
    render_page,
    see_other,
    toast,
    wants_partial,
)
from goals.models import Goal, Milestone
from members.decorators import coalition_page
from members.http import CoalitionRequest
from members.permissions import Permission
from tasks.forms.comments import CommentForm, MentionSearchForm
from tasks.models import Comment, Subject, Task
from tasks.queries.comments import (
    comment_counts,
    page_of,
    place_of,
    thread,
    wordings,
)
from tasks.queries.mentions import people_like
from tasks.services.comments import (
    create_comment,
    delete_comment,
    edit_comment,
    restore_comment,
)


@coalition_page(Permission.GOALS_VIEW)
@require_safe
def comment_list_for_goal(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _show(request, get_object_or_404(Goal, pk=pk))


@coalition_page(Permission.GOALS_VIEW)
@require_safe
def comment_list_for_milestone(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _show(request, get_object_or_404(Milestone.objects.with_goal(), pk=pk))


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def comment_list_for_task(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _show(request, get_object_or_404(Task, pk=pk))


@coalition_page(Permission.GOALS_VIEW)
@require_safe
def comment_counts_for_goal_panel(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Answer how much was said about each milestone, for the goal's page."""
    goal = get_object_or_404(Goal, pk=pk)
    milestones = comment_counts(Milestone.objects.filter(goal=goal))
    context = {"milestones": milestones}
    return render(request, "tasks/comment_counts_for_goal_panel.html", context)


@coalition_page(Permission.COMMENTS_WRITE)
@require_POST
def comment_create_for_goal(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _create(request, get_object_or_404(Goal, pk=pk))


@coalition_page(Permission.COMMENTS_WRITE)
@require_POST
def comment_create_for_milestone(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _create(request, get_object_or_404(Milestone.objects.with_goal(), pk=pk))


@coalition_page(Permission.COMMENTS_WRITE)
@require_POST
def comment_create_for_task(request: CoalitionRequest, pk: int) -> HttpResponse:
    return _create(request, get_object_or_404(Task, pk=pk))


@coalition_page(Permission.TASKS_VIEW)
@require_safe
def comment_detail(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Lead to where it stands, in whatever page of its thread that is by now."""
    return HttpResponseRedirect(_place(request, _comment(pk)))


@coalition_page(Permission.COMMENTS_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: CoalitionRequest, pk: int) -> HttpResponse:
    comment = _comment(pk)
    form = CommentForm(posted(request), instance=comment)
    if form.is_valid() and form.attempt(
        edit_comment, comment=comment, by=request.actor
    ):
        toast(request, _("Saved."))
        return _back(request, comment)
    return _show(request, comment.subject, form=form, editing=comment)


@coalition_page(Permission.COMMENTS_WRITE)
@require_safe
def comment_history(request: CoalitionRequest, pk: int) -> HttpResponse:
    """Show the earlier wordings to who wrote it and to those who moderate."""
    comment = _comment(pk)
    moderates = request.membership.may(Permission.COMMENTS_MODERATE)
    mine = comment.author_id == request.person.pk
    context = {
        "comment": comment,
        "wordings": wordings(comment) if mine or moderates else [],
        "place": _place(request, comment),
    }
    return render_page(request, "tasks/comment_history.html", context)


@coalition_page(Permission.COMMENTS_WRITE)
@require_POST
def comment_delete(request: CoalitionRequest, pk: int) -> HttpResponse:
    comment = _comment(pk)
    worked = perform(request, delete_comment, comment=comment, by=request.actor)
    if worked:
        undo = _url(request, "comment_restore", pk)
        toast(request, _("The comment is taken away."), undo_url=undo)
    return _back(request, comment, worked=worked)


@coalition_page(Permission.COMMENTS_WRITE)
@require_POST
def comment_restore(request: CoalitionRequest, pk: int) -> HttpResponse:
    comment = _comment(pk)
    worked = perform(request, restore_comment, comment=comment, by=request.actor)
    return _back(request, comment, worked=worked)


@coalition_page(Permission.COMMENTS_WRITE)
@require_safe
def mention_options_panel(request: CoalitionRequest) -> HttpResponse:
    """Answer whom the letters after an @ may mean."""
    form = MentionSearchForm(request.GET)
    people = people_like(form.cleaned_data["q"]) if form.is_valid() else []
    return render(request, "tasks/mention_options_panel.html", {"people": people})


def _comment(pk: int) -> Comment:
    return get_object_or_404(
        Comment.objects.select_related("author", "goal", "milestone__goal", "task"),
        pk=pk,
    )


def _create(request: CoalitionRequest, subject: Subject) -> HttpResponse:
    form = CommentForm(request.POST)
    if form.is_valid() and form.attempt(
        create_comment, subject=subject, by=request.actor
    ):
        return _back(request, form.result)
    return _show(request, subject, form=form)


def _url(request: CoalitionRequest, name: str, pk: int) -> str:
    return reverse(f"tasks:{name}", kwargs={"slug": request.coalition.slug, "pk": pk})


def _place(request: CoalitionRequest, comment: Comment) -> str:
    page = place_of(comment.subject, request.coalition.slug)
    return f"{page}?page={page_of(comment)}#comment-{comment.pk}"


def _back(
    request: CoalitionRequest, comment: Comment, *, worked: bool = True
) -> HttpResponse:
    """Answer a POST: the thread anew in place, or a redirect to where it stands."""
    if not wants_partial(request):
        return see_other(_place(request, comment))
    number = str(page_of(comment))
    status = 200 if worked else 422
    return _show(request, comment.subject, number=number, status=status)


def _show(
    request: CoalitionRequest,
    subject: Subject,
    *,
    number: str | None = None,
    form: StyledForm | None = None,
    editing: Comment | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the thread; `form` is open at its end, or at the comment it edits."""
    if editing:
        number = str(page_of(editing))
    context: dict[str, Any] = {
        "thread": thread(
            subject, request.membership, number or request.GET.get("page")
        ),
        "comment_form": form or CommentForm(),
        "editing": editing,
        "place": place_of(subject, request.coalition.slug),
    }
    return render_page(
        request,
        "tasks/comment_list.html",
        context,
        partial="thread",
        status=422 if form and form.errors else status,
    )
