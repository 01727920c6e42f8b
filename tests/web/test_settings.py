from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coalition.common.tenancy import scopes_disabled
from coalition.web.exports import export_everything
from coalition.web.jobs import delete_coalitions
from coalition.web.services.purge import tenant_models
from comms.jobs import run_pump, tell
from comms.models import Delivery, Lane
from comms.services.account_mail import KIND, open_account_mail
from comms.services.planning import plan
from members.models import AuditEntry, Coalition, Partner, User
from members.permissions import MemberRole
from tests.architecture import world
from tests.factories.comms import DeliveryFactory, UpdateScheduleFactory
from tests.factories.members import InvitationFactory, MembershipFactory
from tests.utils import HTMX, acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")
SAID = {
    "name": "Harbor",
    "purpose": "Clean air.",
    "timezone": "Europe/Lisbon",
    "language": "en",
    "accent": "pine",
    "reply_to": "Office@example.org",
    "postal_address": "1 Quay",
    "version": 1,
}


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


def said(harbor) -> Coalition:
    return Coalition.objects.get(pk=harbor.pk)


def close(client, alice):
    return client.post(at(alice, "web:coalition_close"))


def ask_deletion(client, alice, name="healthy  harbor coalition"):
    export_everything(by=acting(alice)).close()
    return client.post(at(alice, "web:coalition_delete"), {"name": name})


def test_settings_are_saved_with_a_trace(client, harbor, alice):
    answer = client.post(at(alice, "web:coalition_edit"), SAID)
    assert answer.url == at(alice, "web:coalition_edit")
    now = said(harbor)
    assert {k: getattr(now, k) for k in SAID} == SAID | {
        "version": 2,
        "reply_to": "office@example.org",
    }
    entry = AuditEntry.objects.get(action="edit")
    assert entry.before["name"] == "Healthy Harbor Coalition"
    assert entry.after["name"] == "Harbor"


def test_the_second_of_two_editors_is_told(client, harbor, alice):
    client.post(at(alice, "web:coalition_edit"), SAID)
    answer = client.post(at(alice, "web:coalition_edit"), SAID | {"name": "Port"})
    assert answer.status_code == 422
    assert "Somebody else saved a change" in answer.text
    assert said(harbor).name == "Harbor"


def test_what_is_wrong_stands_beside_its_field(client, harbor, alice):
    data = SAID | {"reply_to": "nobody", "name": ""}
    answer = client.post(at(alice, "web:coalition_edit"), data)
    assert answer.status_code == 422
    assert "Enter a name" in answer.text
    assert "1 Quay" in answer.text
    assert said(harbor).version == 1


@pytest.mark.parametrize("headers", ({}, HTMX))
def test_closed_is_read_and_not_changed(client, harbor, alice, headers):
    close(client, alice)
    page = client.get(at(alice, "members:partner_list"))
    assert "This coalition is closed." in page.text
    answer = client.post(
        at(alice, "members:partner_create"), {"name": "Aid"}, headers=headers
    )
    # In place, what was typed stays and the reason stands above it.
    assert answer.status_code == (422 if headers else 303)
    told = answer if headers else client.get(at(alice, "web:home"))
    assert "it can be read" in told.text
    assert not Partner.objects.exists()


def test_closed_lets_people_choose_their_mail_and_take_lists(client, alice):
    close(client, alice)
    choice = client.post(at(alice, "comms:mail_preferences"), {"updates": "none"})
    assert "it can be read" not in client.get(choice.url).text
    assert client.post(at(alice, "members:partner_export")).status_code == 200


def test_closed_sends_nothing_and_plans_nothing(
    client, harbor, alice, settings, tmp_path
):
    settings.MAILBOX_DIR = tmp_path
    UpdateScheduleFactory(coalition=harbor)
    InvitationFactory(coalition=harbor)
    delivery = DeliveryFactory(coalition=harbor, lane=Lane.FAST)
    close(client, alice)
    now = timezone.now() + timedelta(days=30)
    assert tell(now) == 0
    assert plan(now) == 0
    with scopes_disabled():
        run_pump(Lane.FAST, until_idle=True)
    delivery.refresh_from_db()
    assert delivery.status == "queued"
    assert list(tmp_path.glob("*.eml")) == []


def test_a_link_into_a_closed_coalition_says_so(client, harbor, alice):
    invitation = InvitationFactory(coalition=harbor)
    close(client, alice)
    for method in (client.get, client.post):
        answer = method(invitation.link.path)
        assert answer.status_code == 410
        assert "Healthy Harbor Coalition is closed" in answer.text


def test_opened_again_all_goes_on(client, harbor, alice):
    close(client, alice)
    client.post(at(alice, "web:coalition_reopen"))
    assert said(harbor).closed_at is None
    assert said(harbor).mail_paused_at is None
    client.post(at(alice, "members:partner_create"), {"name": "Aid"})
    assert Partner.objects.exists()
    acts = AuditEntry.objects.filter(model="members.coalition").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["close", "reopen"]


def test_closing_twice_is_told(client, harbor, alice):
    assert close(client, alice).status_code == 303
    close(client, alice)
    page = client.get(at(alice, "web:coalition_ending")).text
    assert "it can be read, and nothing is changed" in page


def test_deleting_asks_to_take_everything_out_first(client, harbor, alice):
    answer = client.post(
        at(alice, "web:coalition_delete"), {"name": "Healthy Harbor Coalition"}
    )
    assert answer.status_code == 422
    assert "Take everything out first" in answer.text
    assert said(harbor).deletion_at is None


def test_deleting_asks_for_the_name(client, harbor, alice):
    answer = ask_deletion(client, alice, "Harbour")
    assert answer.status_code == 422
    assert "That is not its name." in answer.text
    assert said(harbor).deletion_at is None


def test_every_coordinator_is_told_and_any_may_call_it_off(
    client, client_of, harbor, alice, bob
):
    other = MembershipFactory(coalition=harbor, role=MemberRole.COORDINATOR)
    assert ask_deletion(client, alice).url == at(alice, "web:coalition_ending")
    days = said(harbor).deletion_at - timezone.now()
    assert timedelta(days=13, hours=23) < days <= timedelta(days=14)
    assert said(harbor).closed_at
    with scopes_disabled():
        mails = list(Delivery.objects.filter(kind=KIND))
    assert {m.to_addr for m in mails} == {alice.person.email, other.person.email}
    text = open_account_mail(mails[0].secret).text
    assert "Alice Adams asked to delete Healthy Harbor Coalition." in text
    assert at(alice, "web:coalition_ending") in text
    client_of(other).post(at(alice, "web:coalition_keep"))
    assert said(harbor).deletion_at is None
    assert said(harbor).closed_at
    with scopes_disabled():
        assert Delivery.objects.filter(kind=KIND).count() == 4


def test_mail_about_the_end_leaves_though_it_is_closed(
    client, alice, settings, tmp_path
):
    settings.MAILBOX_DIR = tmp_path
    ask_deletion(client, alice)
    with scopes_disabled():
        run_pump(Lane.FAST, until_idle=True)
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_before_its_term_nothing_is_deleted(client, harbor, alice):
    ask_deletion(client, alice)
    with time_machine.travel(timezone.now() + timedelta(days=13)):
        assert delete_coalitions() == 0
    assert said(harbor)


def test_after_its_term_who_coordinated_is_told(client, harbor, alice):
    ask_deletion(client, alice)
    with time_machine.travel(timezone.now() + timedelta(days=15)), scopes_disabled():
        assert delete_coalitions() == 1
        assert not Coalition.objects.filter(pk=harbor.pk).exists()
        last = Delivery.objects.filter(kind=KIND).latest("pk")
    assert (
        "Healthy Harbor Coalition was deleted" in open_account_mail(last.secret).subject
    )


def test_too_late_to_call_it_off(client, harbor, alice):
    ask_deletion(client, alice)
    Coalition.objects.update(deletion_at=timezone.now())
    client.post(at(alice, "web:coalition_keep"))
    assert said(harbor).deletion_at


def test_the_example_mails_nobody_and_goes_at_once(client, harbor, alice):
    answer = client.post(at(alice, "web:example_load"))
    example = Coalition.objects.get(is_example=True)
    assert answer.url == f"/c/{example.slug}/"
    assert example.mail_paused_at
    assert "This is an example." in client.get(answer.url).text
    assert client.post(at(alice, "web:example_load")).url == answer.url
    client.post(f"/c/{example.slug}/settings/delete/")
    assert list(Coalition.objects.all()) == [harbor]
    assert User.objects.filter(pk=alice.user.pk).exists()


class TestEverything:
    """Two whole coalitions, one of which goes."""

    pytestmark = pytest.mark.django_db

    def test_not_a_row_of_it_stays_and_no_other_goes(self):
        here, elsewhere = world.plant(slug="here"), world.plant(slug="elsewhere")
        coalition = here[Coalition]
        Coalition.objects.filter(pk=coalition.pk).update(
            deletion_at=timezone.now(),
            closed_at=timezone.now(),
            mail_paused_at=timezone.now(),
        )
        with scopes_disabled():
            assert delete_coalitions() == 1
            for model in world.tenant_models() - {User}:
                assert not model._default_manager.filter(pk=here[model].pk).exists()
                assert model._default_manager.filter(pk=elsewhere[model].pk).exists()

    def test_no_model_of_a_coalition_is_left_out(self):
        ours = world.tenant_models() - {User, Coalition}
        assert set(tenant_models()) == ours
