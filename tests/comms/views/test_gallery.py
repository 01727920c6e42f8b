"""The gallery shows what leaves, to whoever may see drafts, and changes nothing."""

import pytest

from comms.models import Delivery
from comms.services.gallery import shelves
from members.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_harbor")]


PAGE = "/c/harbor/mail/gallery/"


@pytest.fixture
def coordinator(client_of, alice):
    return client_of(alice)


def test_gallery_lists_every_kind_and_shows_the_update(coordinator):
    html = coordinator.get(PAGE).content.decode()
    for shelf in shelves():
        for kind in shelf.names:
            assert f"kind={kind}" in html
    assert "Seven schools, one quiet street" in html


@pytest.mark.parametrize("kind", [kind for s in shelves() for kind in s.names])
def test_gallery_shows_each_kind_and_leaves_nothing_behind(coordinator, kind):
    before = AuditEntry.objects.count()
    shown = coordinator.get(PAGE, {"kind": kind, "language": "es"})
    body = coordinator.get(f"{PAGE}body/", {"kind": kind, "palette": "dark"})
    assert shown.status_code == body.status_code == 200
    assert not Delivery.objects.exists()
    assert AuditEntry.objects.count() == before
