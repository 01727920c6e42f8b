import pytest
from django.db import connection

from coalition.common.digests import digest
from members.models import Person
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db
COLUMNS = ("pk", "full_name", "email")


def of_all():
    return digest(Person.objects.all(), COLUMNS)


@pytest.fixture
def two(in_harbor):
    return [
        PersonFactory(coalition=in_harbor, full_name="Ana", email=None),
        PersonFactory(coalition=in_harbor, full_name="Bo", email="b@x.example"),
    ]


def write(person, **fields):
    Person.objects.filter(pk=person.pk).update(**fields)


def test_a_digest_stays_while_nothing_changes(two):
    before = of_all()
    write(two[0], notes="Not one of the columns")
    assert of_all() == before


def test_a_digest_stays_where_rows_are_read_as_they_lie(two):
    # There, a row that is written moves behind the others.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    before = of_all()
    write(two[0], notes="Not one of the columns")
    assert of_all() == before


def test_a_digest_tells_who_has_what(two):
    ana, bo = two
    seen = {of_all()}
    write(bo, email=None)
    seen.add(of_all())
    write(ana, email="b@x.example")
    seen.add(of_all())
    write(ana, full_name="Bo")
    write(bo, full_name="Ana")
    seen.add(of_all())
    assert len(seen) == 4


def test_a_digest_tells_that_a_row_came_or_went(two, in_harbor):
    before = of_all()
    new = PersonFactory(coalition=in_harbor, full_name="", email=None)
    assert of_all() != before
    new.delete()
    assert of_all() == before


def test_a_digest_of_nothing(in_harbor):
    assert of_all() == "--"
