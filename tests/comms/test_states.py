"""A message moves along the drawn arrows only, and only from where it is."""

from itertools import product
from uuid import uuid4

import pytest
from django.utils import timezone

from comms.models import DELIVERY_ARROWS, DeliveryStatus
from comms.sending.outbox import UndrawnArrowError, move
from tests.factories.comms import DeliveryFactory

pytestmark = pytest.mark.django_db

PAIRS = tuple(product(DeliveryStatus, DeliveryStatus))
DRAWN = tuple((old, new) for old, new in PAIRS if new in DELIVERY_ARROWS[old])
UNDRAWN = tuple(pair for pair in PAIRS if pair not in DRAWN)


def needs(status):
    """Return what the constraints ask of a row in a state."""
    now = timezone.now()
    claimed = {"claim_token": uuid4(), "owner": "somebody", "lease_until": now}
    return {
        DeliveryStatus.SENDING: claimed,
        DeliveryStatus.SENT: {"accepted_at": now},
    }.get(status, {})


def in_state(status):
    return DeliveryFactory(status=status, **needs(status))


def test_all_thirty_six_pairs_are_either_drawn_or_not():
    assert len(DRAWN) + len(UNDRAWN) == 36


@pytest.mark.parametrize(("old", "new"), DRAWN)
def test_a_drawn_arrow_is_taken_once(old, new):
    delivery = in_state(old)
    assert move(delivery.pk, old, new, **needs(new))
    delivery.refresh_from_db()
    assert delivery.status == new
    assert not move(delivery.pk, old, new, **needs(new))


@pytest.mark.parametrize(("old", "new"), UNDRAWN)
def test_an_arrow_that_is_not_drawn_is_refused(old, new):
    delivery = in_state(old)
    with pytest.raises(UndrawnArrowError):
        move(delivery.pk, old, new)
    delivery.refresh_from_db()
    assert delivery.status == old


@pytest.mark.parametrize(("old", "new"), DRAWN)
def test_an_arrow_starts_only_where_the_message_is(old, new):
    for actual in set(DeliveryStatus) - {old}:
        delivery = in_state(actual)
        assert not move(delivery.pk, old, new, **needs(new))
        delivery.refresh_from_db()
        assert delivery.status == actual
