"""A partner's logo: who sets it, how it is served, what it agrees to show."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from coalition.common.tenancy import scope
from members.jobs import forget_logos
from members.models import AuditEntry, PartnerLogo
from members.models.logo import KEPT_FOR
from tests.factories.members import PartnerFactory, PartnerLogoFactory
from tests.members.views.speaking import speaks
from tests.pictures import bomb, drawn, exif, opened
from tests.utils import at

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def clinic(bob):
    """The partner that Bob speaks for."""
    return speaks(bob)


def upload(client, membership, partner, data, *, name="logo.png", **words):
    partner.refresh_from_db()
    file = SimpleUploadedFile(name, data, "image/png")
    form = {"picture": file, "version": partner.version, "logo_alt": "", **words}
    answer = client.post(at(membership, "members:logo_edit", partner.pk), form)
    partner.refresh_from_db()
    return answer


def with_logo(coalition, **kwargs):
    logo = PartnerLogoFactory(coalition=coalition, data=drawn())
    return PartnerFactory(coalition=coalition, logo=logo, **kwargs)


def entries(membership):
    with scope(coalition=membership.coalition):
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def undo_of(membership):
    """Return where the undo of the last act is posted to."""
    with scope(coalition=membership.coalition):
        return at(membership, "members:logo_restore", AuditEntry.objects.first().pk)


@pytest.mark.parametrize("who", ("alice", "bob"))
def test_logo_edit_keeps_a_picture_of_ours(who, request, clinic, client_of):
    member = request.getfixturevalue(who)
    client = client_of(member)
    form = client.get(at(member, "members:logo_edit", clinic.pk))
    assert 'enctype="multipart/form-data"' in form.text
    data = drawn("JPEG", (900, 300), exif=exif())
    answer = upload(client, member, clinic, data, logo_alt="Harbor Clinic, a lamp")
    assert answer.status_code == 303
    page = client.get(answer["Location"]).text
    assert 'alt="Harbor Clinic, a lamp"' in page
    kept = client.get(at(member, "members:logo_image", clinic.pk)).content
    assert b"shelter" not in kept
    assert opened(kept).size == (133, 400)
    assert entries(member) == ["logo"]


def test_logo_image_is_served_so_that_it_can_do_nothing(clinic, bob, client_of):
    client = client_of(bob)
    upload(client, bob, clinic, drawn(), name='"><script>.html')
    answer = client.get(at(bob, "members:logo_image", clinic.pk))
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    name = f"logo-{clinic.pk}.png"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    # Taken away is taken away: no browser and no proxy keeps it.
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'none'", "sandbox"} <= set(policy)


@pytest.mark.parametrize(
    ("data", "says"),
    (
        (SVG, "cannot be read as a picture"),
        (b"<!doctype html><script>alert(1)</script>", "cannot be read as a picture"),
        (drawn()[:70], "cannot be read as a picture"),
        (bomb(30_000, 30_000), "This picture is too large."),
        (drawn() + bytes(40 * 1024 * 1024), "This picture is too large."),
        (b"", "is empty"),
    ),
)
def test_logo_edit_says_what_it_does_not_take(data, says, clinic, bob, client_of):
    answer = upload(client_of(bob), bob, clinic, data, logo_alt="A lamp")
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="A lamp"' in answer.text
    assert clinic.logo is None
    assert PartnerLogo._base_manager.count() == 0


def test_logo_edit_needs_a_picture_only_the_first_time(clinic, bob, client_of):
    client = client_of(bob)
    url = at(bob, "members:logo_edit", clinic.pk)
    assert client.post(url, {"version": 1, "logo_alt": "A lamp"}).status_code == 422
    upload(client, bob, clinic, drawn())
    logo = clinic.logo_id
    client.post(url, {"version": clinic.version, "logo_alt": "A lamp"})
    clinic.refresh_from_db()
    assert (clinic.logo_id, clinic.logo_alt) == (logo, "A lamp")
    assert entries(bob) == ["logo", "edit"]


def test_logo_edit_tells_the_second_of_two(clinic, alice, bob, client_of):
    upload(client_of(alice), alice, clinic, drawn())
    first = clinic.logo_id
    late = upload(client_of(bob), bob, clinic, drawn("GIF"), version=1)
    assert late.status_code == 422
    assert "Somebody else saved" in late.text
    assert clinic.logo_id == first
    assert PartnerLogo._base_manager.count() == 1


@pytest.mark.parametrize("page", ("logo_edit", "logo_delete", "logo_consent"))
def test_a_logo_is_for_those_who_speak_for_the_partner(page, bob, client_of):
    other = with_logo(bob.coalition)
    url = at(bob, f"members:{page}", other.pk)
    answer = client_of(bob).post(url, {"agreed": "1"}, follow=True)
    assert "Only those who speak for" in answer.text
    logo = other.logo_id
    other.refresh_from_db()
    assert (other.logo_id, other.logo_agreed_at) == (logo, None)
    assert entries(bob) == []


def test_an_observer_sees_a_logo_and_changes_nothing(vera, client_of):
    partner = with_logo(vera.coalition)
    client = client_of(vera)
    assert client.get(at(vera, "members:logo_image", partner.pk)).status_code == 200
    page = client.get(at(vera, "members:partner_detail", partner.pk)).text
    assert 'alt="Logo of' in page
    assert "/logo/edit/" not in page
    assert client.post(at(vera, "members:logo_edit", partner.pk)).status_code == 403


def test_a_logo_of_another_coalition_is_not_found(alice, charlie, client_of):
    theirs = with_logo(charlie.coalition)
    client = client_of(alice)
    for page in ("logo_image", "logo_edit"):
        url = at(alice, f"members:{page}", theirs.pk)
        assert client.get(url).status_code == 404
    for page in ("logo_edit", "logo_delete", "logo_consent"):
        url = at(alice, f"members:{page}", theirs.pk)
        assert client.post(url, {"agreed": "1"}).status_code == 404
    upload(client_of(charlie), charlie, theirs, drawn("GIF"))
    foreign = undo_of(charlie).rsplit("/", 3)[1]
    assert client.post(at(alice, "members:logo_restore", foreign)).status_code == 404
    url = at(charlie, "members:logo_image", theirs.pk)
    assert client.get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_logo_delete_can_be_undone(clinic, bob, client_of):
    client = client_of(bob)
    upload(client, bob, clinic, drawn(), logo_alt="A lamp")
    before = (clinic.logo_id, clinic.logo_alt)
    image = at(bob, "members:logo_image", clinic.pk)
    page = client.post(at(bob, "members:logo_delete", clinic.pk), follow=True)
    assert "The logo is taken away." in page.text
    undo = undo_of(bob)
    assert undo in page.text
    assert client.get(image).status_code == 404
    clinic.refresh_from_db()
    assert (clinic.logo_id, clinic.logo_alt) == (None, "")
    client.post(undo)
    clinic.refresh_from_db()
    assert (clinic.logo_id, clinic.logo_alt) == before
    assert client.get(image).status_code == 200
    late = client.post(undo, follow=True)
    assert "The logo was changed again since" in late.text
    assert entries(bob) == ["logo", "remove logo", "restore logo"]


def test_a_logo_that_was_replaced_can_be_brought_back(clinic, bob, client_of):
    client = client_of(bob)
    upload(client, bob, clinic, drawn(), logo_alt="Old")
    first = clinic.logo_id
    upload(client, bob, clinic, drawn("GIF"), logo_alt="New")
    second = clinic.logo_id
    undo = undo_of(bob)
    upload(client, bob, clinic, drawn("WEBP"), logo_alt="Newest")
    client.post(undo)
    clinic.refresh_from_db()
    assert clinic.logo_id not in {first, second}
    client.post(undo_of(bob))
    clinic.refresh_from_db()
    assert (clinic.logo_id, clinic.logo_alt) == (second, "New")


def test_an_undo_is_for_those_who_speak_for_the_partner(alice, bob, client_of):
    partner = with_logo(bob.coalition)
    client_of(alice).post(at(alice, "members:logo_delete", partner.pk))
    client_of(bob).post(undo_of(bob))
    partner.refresh_from_db()
    assert partner.logo is None


def test_pictures_that_nobody_names_are_forgotten(clinic, bob, client_of, time_machine):
    client = client_of(bob)
    upload(client, bob, clinic, drawn())
    upload(client, bob, clinic, drawn("GIF"))
    undo = undo_of(bob)
    kept = clinic.logo_id
    time_machine.move_to(timezone.now() + KEPT_FOR * 2)
    assert forget_logos() == 0
    time_machine.move_to(timezone.now() + KEPT_FOR - timedelta(hours=1))
    assert forget_logos() == 0
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert forget_logos() == 1
    assert list(PartnerLogo._base_manager.values_list("pk", flat=True)) == [kept]
    page = client_of(bob).post(undo, follow=True)
    assert "gone for good" in page.text


def test_a_picture_that_is_back_is_not_forgotten(clinic, bob, client_of, time_machine):
    client = client_of(bob)
    upload(client, bob, clinic, drawn())
    client.post(at(bob, "members:logo_delete", clinic.pk))
    forget_logos()
    client.post(undo_of(bob))
    forget_logos()
    time_machine.move_to(timezone.now() + KEPT_FOR * 2)
    assert forget_logos() == 0
    client_of(bob).post(at(bob, "members:logo_delete", clinic.pk))
    assert forget_logos() == 0


def test_logo_consent_is_no_until_somebody_agrees(clinic, bob, client_of):
    client = client_of(bob)
    url = at(bob, "members:logo_consent", clinic.pk)
    upload(client, bob, clinic, drawn())
    assert clinic.logo_agreed_at is None
    client.post(url, {"agreed": "1"})
    clinic.refresh_from_db()
    assert clinic.logo_agreed_by == bob.person
    # It says nothing of the name.
    assert clinic.listing_agreed_at is None
    page = client.get(at(bob, "members:partner_detail", clinic.pk)).text
    assert "It is not shown before the name may be." in page
    client.post(url, {"agreed": "1"})
    client.post(url)
    clinic.refresh_from_db()
    assert (clinic.logo_agreed_at, clinic.logo_agreed_by) == (None, None)
    told = ["logo", "agree to show the logo", "no longer show the logo"]
    assert entries(bob) == told


@pytest.mark.parametrize("rows", (1, 3))
def test_lists_show_logos_without_asking_for_each(
    rows, alice, client_of, django_assert_num_queries
):
    for _each in range(rows):
        with_logo(alice.coalition)
    client = client_of(alice)
    url = at(alice, "members:partner_list")
    client.get(url)
    with django_assert_num_queries(7):
        page = client.get(url).text
    assert page.count('data-kind="plate"') == rows
