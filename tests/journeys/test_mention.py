"""A name typed on a page, and the mail that it brings."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from comms.jobs import render, tell
from comms.models import Delivery
from comms.sending.mail import assemble
from tasks.models import Comment
from tests.browser import assert_fine, wrong_here
from tests.factories.tasks import TaskFactory
from tests.utils import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def the_mail():
    with scopes_disabled():
        tell(timezone.now() + timedelta(minutes=6))
        (row,) = Delivery.objects.all()
        sealed = assemble(render([row])[row.pk], message_id="<1@x>", dedupe_key="1")
    return message_from_bytes(sealed, policy=policy.default)


def link_in(text, server):
    url = next(line.strip() for line in text.splitlines() if "/comments/" in line)
    return server + "/c/" + url.partition("/c/")[2]


@pytest.mark.parametrize("size", ("desktop", "phone"))
def test_a_name_is_picked_and_its_owner_told(window, live_server, alice, bob, size):
    task = TaskFactory(goal__coalition=bob.coalition, title="Write the letter")
    page = window(bob, size=size)
    page.goto(at(bob, "tasks:task_detail", task.pk))
    words = page.get_by_label("Your words")
    words.press_sequentially("Could you look, @ali")
    page.get_by_role("option", name="Alice Adams").wait_for()
    page.keyboard.press("Enter")
    words.press_sequentially("please?")
    assert words.input_value() == "Could you look, @Alice Adams please?"
    page.get_by_role("button", name="Say it").click()
    said = page.locator("#thread .voice p")
    assert said.inner_text() == "Could you look, @Alice Adams please?"
    assert page.get_by_label("Your words").input_value() == ""
    assert_fine(wrong_here(page, size))
    mail = the_mail()
    assert mail["Subject"] == "Bob Brown names you: Write the letter"
    text = mail.get_body(("plain",)).get_content()
    reader = window(alice, size=size)
    reader.goto(link_in(text, live_server.url))
    comment = Comment._base_manager.get()
    assert reader.url.endswith(
        f"{at(alice, 'tasks:task_detail', task.pk)}?page=1#comment-{comment.pk}"
    )
    assert "Could you look" in reader.locator(f"#comment-{comment.pk}").inner_text()


def test_what_one_writes_stays_when_the_task_is_shown_anew(window, harbor, alice):
    task = TaskFactory(goal__coalition=harbor, title="Write the letter")
    page = window(alice)
    page.goto(at(alice, "tasks:task_detail", task.pk))
    page.get_by_label("Your words").fill("Half a thought")
    page.get_by_role("button", name="It is done").click()
    page.get_by_role("button", name="Open it again").wait_for()
    assert page.get_by_label("Your words").input_value() == "Half a thought"
    assert page.said == []


def test_a_comment_is_edited_taken_away_and_put_back_in_place(window, harbor, bob):
    task = TaskFactory(goal__coalition=harbor)
    page = window(bob, size="phone")
    page.goto(at(bob, "tasks:comment_list_for_goal", task.goal_id))
    page.get_by_label("Your words").fill("Shall we?")
    page.get_by_role("button", name="Say it").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Save").wait_for()
    page.get_by_label("Your words").fill("We shall.")
    page.get_by_role("button", name="Save").click()
    page.locator("#thread .voice", has_text="We shall.").wait_for()
    page.get_by_role("button", name="Take away").click()
    page.get_by_text("Taken away by Bob Brown").wait_for()
    page.get_by_role("button", name="Put it back").click()
    page.locator("#thread .voice", has_text="We shall.").wait_for()
    assert page.said == []


@pytest.mark.parametrize("size", ("desktop", "phone"))
def test_without_javascript_all_of_it_works(window, harbor, bob, size):
    task = TaskFactory(goal__coalition=harbor)
    page = window(bob, size=size, java_script_enabled=False)
    page.goto(at(bob, "goals:goal_detail", task.goal_id))
    page.get_by_role("link", name="Read it, and say something").click()
    page.get_by_label("Your words").fill("Ask @nobody")
    page.get_by_role("button", name="Say it").click()
    page.get_by_text("Nobody who can open this page goes by “@nobody”").first.wait_for()
    page.get_by_label("Your words").fill("Ask @bob")
    page.get_by_role("button", name="Say it").click()
    page.get_by_text("@Bob Brown").wait_for()
    page.get_by_role("button", name="Take away").click()
    page.get_by_role("button", name="Put it back").click()
    page.get_by_text("@Bob Brown").wait_for()
