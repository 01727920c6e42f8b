import pytest
from django.utils import timezone

from tasks.models import Comment, Hearing
from tests.factories.comments import CommentFactory, HearingFactory
from tests.factories.goals import GoalFactory, MilestoneFactory
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.factories.tasks import TaskFactory
from tests.utils import HTMX, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def task(harbor):
    return TaskFactory(goal__coalition=harbor, title="Write the letter")


@pytest.fixture
def said(task, bob):
    return CommentFactory(task=task, author=bob.person, text="Shall we?")


def create(membership, task):
    return at(membership, "tasks:comment_create_for_task", task.pk)


def place(comment, membership, page=1):
    url = at(membership, "tasks:task_detail", comment.task_id)
    return f"{url}?page={page}#comment-{comment.pk}"


def test_a_comment_stands_on_the_page_of_its_task(client_of, task, alice, bob):
    client = client_of(bob)
    answer = client.post(create(bob, task), {"text": "Ask @alice, **please**"})
    comment = Comment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, place(comment, bob))
    page = client.get(answer["Location"]).text
    expected = "Ask <strong>@Alice Adams</strong>, <strong>please</strong>"
    assert expected in page
    assert f'id="comment-{comment.pk}"' in page
    assert Hearing.objects.named().get().person == alice.person


def test_with_htmx_the_thread_comes_anew(client_of, task, bob):
    answer = client_of(bob).post(create(bob, task), {"text": "Yes"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="thread"')
    assert "<p>Yes</p>" in answer.text


@pytest.mark.parametrize("headers", ({}, HTMX))
def test_a_name_of_nobody_is_said_and_the_text_kept(client_of, task, bob, headers):
    form = {"text": "Ask @Nobody"}
    answer = client_of(bob).post(create(bob, task), form, headers=headers)
    assert answer.status_code == 422
    assert "Nobody who can open this page goes by “@Nobody”" in answer.text
    assert "Ask @Nobody</textarea>" in answer.text
    assert not Comment.objects.exists()


def test_a_name_of_several_is_asked_about(client_of, harbor, task, bob):
    ana, other = (
        MembershipFactory(coalition=harbor, person__full_name=f"Ana {name}").person
        for name in ("Ruiz", "Silva")
    )
    AffiliationFactory(
        person=ana, partner__coalition=harbor, partner__name="Tenants Union"
    )
    client = client_of(bob)
    asked = client.post(create(bob, task), {"text": "@Ana?"})
    assert "Whom do you mean by “@Ana”?" in asked.text
    assert f'name="pick-ana" value="{ana.pk}"' in asked.text
    assert "Tenants Union" in asked.text
    client.post(create(bob, task), {"text": "@Ana?", "pick-ana": other.pk})
    assert Comment.objects.get().text == "@Ana Silva?"


@pytest.mark.parametrize("text", ("", " ", "x" * 5001, "a\x00b", "\u200b"))
def test_what_is_no_comment_is_refused(client_of, task, bob, text):
    assert client_of(bob).post(create(bob, task), {"text": text}).status_code == 422
    assert not Comment.objects.exists()


def test_a_form_sent_twice_is_one_comment(client_of, task, bob):
    form = {"text": "Yes", "once": "3b3e0a52-52a7-4a1c-9c55-2f8f4f6c5d11"}
    for _ in range(2):
        assert client_of(bob).post(create(bob, task), form).status_code == 303
    assert Comment.objects.count() == 1


def test_nothing_that_people_write_is_markup(client_of, task, alice, bob):
    bob.person.full_name = "Bob <i>x</i> & 'Brown'"
    bob.person.save()
    text = f"@{bob.person.full_name} <script>x</script> [a](javascript:x)"
    client_of(alice).post(create(alice, task), {"text": text})
    page = client_of(alice).get(at(alice, "tasks:task_detail", task.pk)).text
    assert "<strong>@Bob &lt;i&gt;x&lt;/i&gt; &amp; 'Brown'</strong>" in page
    for harm in ("<script>x", "<i>", 'href="javascript'):
        assert harm not in page


def test_threads_of_goals_and_milestones_have_a_page(client_of, harbor, bob):
    goal = GoalFactory(coalition=harbor, title="Clean air")
    milestone = MilestoneFactory(goal=goal, title="Seventh school")
    for kind, subject in (("goal", goal), ("milestone", milestone)):
        url = at(bob, f"tasks:comment_create_for_{kind}", subject.pk)
        page = client_of(bob).post(url, {"text": f"About a {kind}"}, follow=True)
        listed = at(bob, f"tasks:comment_list_for_{kind}", subject.pk)
        assert page.redirect_chain[0][0].startswith(f"{listed}?page=1#comment-")
        assert f"<p>About a {kind}</p>" in page.text
        assert at(bob, "goals:goal_detail", goal.pk) in page.text
        part = client_of(bob).get(listed, headers=HTMX).text
        assert part.lstrip().startswith('<section id="thread"')


def test_the_goal_leads_to_all_threads_and_counts_them(client_of, harbor, bob):
    goal = GoalFactory(coalition=harbor)
    quiet, loud = (MilestoneFactory(goal=goal) for _ in range(2))
    about = {"coalition": harbor, "task": None, "milestone": loud}
    CommentFactory(**about, author=bob.person)
    CommentFactory(
        **about,
        author=bob.person,
        removed_at=timezone.now(),
        removed_by=bob.person,
    )
    client = client_of(bob)
    page = client.get(at(bob, "goals:goal_detail", goal.pk)).text
    counts = at(bob, "tasks:comment_counts_for_goal_panel", goal.pk)
    for url in (
        at(bob, "tasks:comment_list_for_goal", goal.pk),
        at(bob, "tasks:comment_list_for_milestone", quiet.pk),
        at(bob, "tasks:comment_list_for_milestone", loud.pk),
        counts,
    ):
        assert url in page
    said = client.get(counts).text
    assert f'<span id="said-of-{quiet.pk}" hx-swap-oob="true"></span>' in said
    assert f'<span id="said-of-{loud.pk}"' in said
    assert said.count('class="count">1<') == 1


def test_edit_shows_the_form_in_place_and_says_that_it_was(client_of, said, bob):
    client, url = client_of(bob), at(bob, "tasks:comment_edit", said.pk)
    assert "Shall we?</textarea>" in client.get(url).text
    part = client.get(url, headers=HTMX).text
    assert part.lstrip().startswith('<section id="thread"')
    answer = client.post(url, {"text": "We shall.", "version": 1})
    assert answer["Location"] == place(said, bob)
    page = client.get(answer["Location"]).text
    assert "<p>We shall.</p>" in page
    history = at(bob, "tasks:comment_history", said.pk)
    assert history in page
    assert "<p>Shall we?</p>" in client.get(history).text


def test_edit_tells_the_second_editor(client_of, said, bob):
    client, url = client_of(bob), at(bob, "tasks:comment_edit", said.pk)
    client.post(url, {"text": "One", "version": 1})
    answer = client.post(url, {"text": "Two", "version": 1}, headers=HTMX)
    assert answer.status_code == 422
    assert "Saved now: One" in answer.text
    assert "Two</textarea>" in answer.text


def test_edit_is_the_authors(client_of, said, alice):
    url = at(alice, "tasks:comment_edit", said.pk)
    answer = client_of(alice).post(url, {"text": "Mine", "version": 1})
    assert answer.status_code == 422
    assert "Only who wrote this can change it." in answer.text


def test_earlier_wordings_are_for_the_author_and_coordinators(
    client_of, said, alice, bob, stella
):
    url = at(bob, "tasks:comment_edit", said.pk)
    client_of(bob).post(url, {"text": "We shall.", "version": 1})
    history = at(bob, "tasks:comment_history", said.pk)
    assert "Shall we?" in client_of(alice).get(history).text
    assert "Shall we?" not in client_of(stella).get(history).text
    assert history not in client_of(stella).get(place(said, stella)).text


def test_what_is_taken_away_leaves_a_trace_and_can_be_undone(
    client_of, said, bob, stella
):
    client = client_of(bob)
    page = client.post(at(bob, "tasks:comment_delete", said.pk), follow=True).text
    undo = at(bob, "tasks:comment_restore", said.pk)
    assert f'action="{undo}"' in page
    assert "Shall we?" not in page
    assert "Taken away by Bob Brown on" in page
    assert undo not in client_of(stella).get(place(said, stella)).text
    assert "Shall we?" in client.post(undo, headers=HTMX).text


@pytest.mark.parametrize(("headers", "status"), ((HTMX, 422), ({}, 200)))
def test_what_others_said_is_not_ones_own_to_take_away(
    client_of, said, stella, headers, status
):
    url = at(stella, "tasks:comment_delete", said.pk)
    answer = client_of(stella).post(url, headers=headers, follow=True)
    assert answer.status_code == status
    assert "Shall we?" in answer.text
    if not headers:
        assert "or a coordinator, can take it away" in answer.text


def test_an_observer_reads(client_of, said, vera):
    client = client_of(vera)
    page = client.get(at(vera, "tasks:task_detail", said.task_id)).text
    assert "Shall we?" in page
    assert "<textarea" not in page
    for name in ("edit", "delete", "restore"):
        url = at(vera, f"tasks:comment_{name}", said.pk)
        assert client.post(url).status_code == 403
    assert client.post(create(vera, said.task)).status_code == 403


def test_who_left_has_no_name_any_more(client_of, said, alice, bob):
    gone = MembershipFactory(coalition=bob.coalition, person__full_name="Ana Ruiz")
    CommentFactory(task=said.task, author=gone.person, text="I am off")
    HearingFactory(comment=said, person=gone.person, name="Ana Ruiz")
    said.text = "Thanks, @Ana Ruiz!"
    said.save()
    gone.person.erased_at = timezone.now()
    gone.person.save()
    page = client_of(alice).get(at(alice, "tasks:task_detail", said.task_id)).text
    assert "<b>Somebody who left</b>" in page
    assert "I am off" in page
    assert "<strong>@somebody who left</strong>!" in page
    assert "Ana Ruiz" not in page


def test_a_long_thread_has_pages_and_shows_the_last(client_of, task, bob):
    said = CommentFactory.create_batch(45, task=task, author=bob.person)
    client = client_of(bob)
    url = at(bob, "tasks:comment_list_for_task", task.pk)
    last = client.get(url).text
    assert said[44].text in last
    assert said[19].text + "<" not in last
    assert f'href="{url}?page=1"' in last
    first = client.get(url, {"page": 1}, headers=HTMX).text
    assert said[0].text in first
    assert f'href="{url}?page=2"' in first
    for comment, page in ((said[0], 1), (said[19], 1), (said[20], 2), (said[44], 2)):
        found = client.get(at(bob, "tasks:comment_detail", comment.pk))
        assert found["Location"] == place(comment, bob, page)
    assert "21 to 45 of 45" in last


def test_suggestions_are_people_of_here(client_of, bob, alice, charlie):
    url = at(bob, "tasks:mention_options_panel")
    assert "Alice Adams" in client_of(bob).get(url, {"q": "al"}).text
    for nothing in ("cha", "", "\x00"):
        assert client_of(bob).get(url, {"q": nothing}).text.strip() == ""


def test_nothing_of_another_coalition_is_found(client_of, alice, charlie):
    foreign = CommentFactory(
        task__goal__coalition=charlie.coalition, author=charlie.person
    )
    client = client_of(alice)
    for name in ("detail", "edit", "history", "delete", "restore"):
        url = at(alice, f"tasks:comment_{name}", foreign.pk)
        ask = client.post if name in {"delete", "restore"} else client.get
        assert ask(url).status_code == 404
    assert client.post(create(alice, foreign.task), {"text": "x"}).status_code == 404


@pytest.mark.parametrize("rows", (1, 3))
def test_a_thread_needs_the_same_queries_for_any_number(
    client_of, task, bob, rows, django_assert_num_queries
):
    goal = GoalFactory(coalition=task.coalition)
    for _ in range(rows):
        HearingFactory(comment=CommentFactory(task=task), name="Ana")
        milestone = MilestoneFactory(goal=goal)
        CommentFactory(coalition=bob.coalition, task=None, milestone=milestone)
    client = client_of(bob)
    with django_assert_num_queries(16):
        client.get(at(bob, "tasks:task_detail", task.pk))
    with django_assert_num_queries(7):
        client.get(at(bob, "tasks:comment_list_for_task", task.pk))
    with django_assert_num_queries(5):
        client.get(at(bob, "tasks:comment_counts_for_goal_panel", goal.pk))


@pytest.mark.parametrize("rows", (1, 3))
def test_a_comment_needs_the_same_queries_however_many_hear(
    client_of, task, bob, rows, django_assert_num_queries
):
    people = [
        MembershipFactory(coalition=bob.coalition, person__full_name=f"Person {n}n")
        for n in range(rows)
    ]
    text = " ".join(f"@{m.person}" for m in people)
    client = client_of(bob)
    with django_assert_num_queries(17):
        client.post(create(bob, task), {"text": text})
    assert Hearing.objects.named().count() == rows
