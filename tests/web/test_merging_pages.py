"""The pages about look-alikes: the list, the question, the comparison, the undo."""

from threading import Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from coalition.common.tenancy import scope, scopes_disabled
from coalition.web.duplicates import partner_pairs, person_pairs
from coalition.web.services.merging.merge import merge_partners
from members.errors import EditedMeanwhile, RecordGone
from members.models import KeptApart, Merge, Partner, PartnerAlias, Person
from tests.factories.members import (
    MembershipFactory,
    PartnerAliasFactory,
    PartnerFactory,
    PersonFactory,
)
from tests.utils import acting, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def twins(harbor):
    kept = PartnerFactory(coalition=harbor, name="Harbor Clinic", region="North")
    return kept, PartnerFactory(coalition=harbor, name="Harbour Clinic", region="South")


@pytest.fixture
def pair(harbor):
    kept = MembershipFactory(coalition=harbor, person__full_name="Maria Lopez")
    other = MembershipFactory(
        coalition=harbor, user=None, person__full_name="Maria López"
    )
    return kept.person, other.person


def compare(alice, kept, lost):
    kind = "partner" if isinstance(kept, Partner) else "person"
    return f"{at(alice, f'web:{kind}_merge', kept.pk)}?other={lost.pk}"


def versions(kept, lost):
    return {"version": kept.version, "lost_version": lost.version}


def test_list_shows_look_alikes_of_this_coalition(alice, charlie, twins, client_of):
    PartnerFactory(coalition=charlie.coalition, name="Harbor Clinics")
    page = client_of(alice).get(at(alice, "web:partner_duplicates")).content.decode()
    assert "Harbour Clinic" in page
    assert "Harbor Clinics" not in page


def test_list_says_when_nobody_looks_alike(alice, client_of):
    page = client_of(alice).get(at(alice, "web:person_duplicates")).content.decode()
    assert "Nobody looks alike" in page


@pytest.mark.parametrize("count", (1, 3))
def test_list_asks_the_same_for_any_pairs(
    count, alice, harbor, client_of, django_assert_num_queries
):
    for number in range(count):
        word = "abc"[number] * 6
        for end in ("", "e"):
            PartnerFactory(coalition=harbor, name=f"{word} House{end}")
            MembershipFactory(coalition=harbor, person__full_name=f"Ana {word}{end}")
    client = client_of(alice)
    for kind, first, again in (("partner", 12, 8), ("person", 10, 8)):
        for queries in (first, again):
            with django_assert_num_queries(queries):
                response = client.get(at(alice, f"web:{kind}_duplicates"))
            assert len(response.context["twins"]) == count


def test_pairs_of_partners_follow_every_change(in_harbor):
    one, other = (
        PartnerFactory(coalition=in_harbor, name=n) for n in ("Aqua House", "Brick")
    )
    assert not partner_pairs()
    alias = PartnerAliasFactory(coalition=in_harbor, partner=other, name="Aqua Houses")
    assert partner_pairs().keys() == {(one.pk, other.pk)}
    alias.delete()
    assert not partner_pairs()
    # Not by `save`: what writes names need not tell anybody.
    Partner.objects.filter(pk=other.pk).update(name="Aqua Hause")
    assert partner_pairs().keys() == {(one.pk, other.pk)}
    Partner.objects.filter(pk=one.pk).update(archived_at=timezone.now())
    assert not partner_pairs()


@pytest.mark.parametrize(
    "same",
    ({"full_name": "Ana Rivver"}, {"email": "a.na@x.example"}, {"phone": "5551234567"}),
)
def test_pairs_of_people_follow_every_change(same, in_harbor):
    one = PersonFactory(
        coalition=in_harbor,
        full_name="Ana River",
        email="ana@x.example",
        phone="+1 555 123 4567",
    )
    other = PersonFactory(coalition=in_harbor, full_name="Bo", email=None)
    assert not person_pairs()
    Person.objects.filter(pk=other.pk).update(**same)
    assert person_pairs().keys() == {(one.pk, other.pk)}
    Person.objects.filter(pk=one.pk).update(erased_at=timezone.now())
    assert not person_pairs()


def test_pairs_go_by_other_names_addresses_and_phones(in_harbor):
    one, other = (
        PartnerFactory(coalition=in_harbor, name=n) for n in ("Aqua", "Brick")
    )
    PartnerAliasFactory(coalition=in_harbor, partner=other, name="Aqua Ltd")
    assert partner_pairs().keys() == {(one.pk, other.pk)}
    told = (
        {"email": "a.na@x.example", "full_name": "Ana One"},
        {"email": "ana+news@x.example", "full_name": "Bea Two"},
        {"phone": "+1 555 123 4567", "full_name": "Carl Three"},
        {"phone": "(555) 123-4567", "full_name": "Dora Four"},
    )
    rows = [PersonFactory(coalition=in_harbor, **fields) for fields in told]
    pairs = {(rows[0].pk, rows[1].pk), (rows[2].pk, rows[3].pk)}
    assert person_pairs().keys() == pairs


def test_apart_is_asked_no_more_and_can_be_taken_back(alice, twins, client_of):
    client, (kept, lost) = client_of(alice), twins
    client.post(at(alice, "web:partner_apart", kept.pk), {"other": lost.pk})
    with scope(coalition=alice.coalition):
        assert not partner_pairs()
        apart = KeptApart.objects.get()
    client.post(at(alice, "web:apart_undo", apart.pk))
    with scope(coalition=alice.coalition):
        assert partner_pairs()


def test_person_apart(alice, pair, client_of):
    kept, lost = pair
    client_of(alice).post(at(alice, "web:person_apart", kept.pk), {"other": lost.pk})
    with scope(coalition=alice.coalition):
        assert KeptApart.objects.get().kind == "person"


def test_comparing_shows_both_and_merges_nothing(alice, twins, client_of):
    page = client_of(alice).get(compare(alice, *twins)).content.decode()
    assert "North" in page
    assert "South" in page
    with scopes_disabled():
        assert not Merge.objects.exists()


def test_comparing_costs_the_same_for_any_records(
    alice, pair, client_of, django_assert_max_num_queries
):
    client = client_of(alice)
    client.get(at(alice, "web:home"))
    with django_assert_max_num_queries(88):  # one for each foreign key of any app
        client.get(compare(alice, *pair))


def test_merge_by_the_page(alice, twins, client_of):
    client, (kept, lost) = client_of(alice), twins
    chosen = {"name": "kept", "region": "lost", **versions(*twins)}
    response = client.post(compare(alice, *twins), chosen)
    assert response.status_code == 303
    with scopes_disabled():
        kept.refresh_from_db()
        assert (kept.region, PartnerAlias.objects.get().name) == ("South", lost.name)
    page = client.get(response["Location"]).content.decode()
    assert "Made one with Harbour Clinic" in page
    old = client.get(at(alice, "members:partner_detail", lost.pk))
    assert old["Location"] == at(alice, "members:partner_detail", kept.pk)


def test_merge_of_people_by_the_page(alice, pair, client_of):
    client, (kept, lost) = client_of(alice), pair
    chosen = {"full_name": "lost", "email": "kept", **versions(*pair)}
    assert client.post(compare(alice, *pair), chosen).status_code == 303
    old = client.get(at(alice, "members:person_detail", lost.pk))
    assert old["Location"] == at(alice, "members:person_detail", kept.pk)
    with scopes_disabled():
        merge = Merge.objects.get()
    response = client.post(at(alice, "web:merge_undo", merge.pk))
    assert response["Location"] == at(alice, "members:person_detail", kept.pk)
    assert client.get(at(alice, "members:person_detail", lost.pk)).status_code == 200


def test_merge_needs_an_answer_to_each_question(alice, twins, client_of):
    answered = client_of(alice).post(compare(alice, *twins), versions(*twins))
    assert answered.status_code == 422
    assert "Region: Choose one of these." in answered.content.decode()


def test_merge_says_that_one_was_edited(alice, twins, client_of):
    old = {"name": "kept", "region": "kept", "version": 7, "lost_version": 1}
    answered = client_of(alice).post(compare(alice, *twins), old)
    assert answered.status_code == 422
    assert "Somebody else saved a change" in answered.content.decode()


def test_asking_for_the_other_one(alice, twins, pair, client_of):
    client = client_of(alice)
    for kind, record in (("partner", twins[0]), ("person", pair[0])):
        assert client.get(at(alice, f"web:{kind}_merge", record.pk)).status_code == 200
    url = at(alice, "web:person_merge", pair[0].pk)
    found = client.get(url, {"person": "Maria López"})
    assert found["Location"] == f"{url}?other={pair[1].pk}"
    for typed, said in (("Maria Lopez", "the same one"), ("Zoe", "Nobody here goes")):
        answered = client.get(url, {"person": typed})
        assert answered.status_code == 422
        assert said in answered.content.decode()


def test_asking_offers_nobody_of_another_coalition(alice, charlie, twins, client_of):
    foreign = PartnerFactory(coalition=charlie.coalition, name="Quagga House")
    answered = client_of(alice).get(compare(alice, twins[0], foreign))
    assert answered.status_code == 422
    assert "Quagga" not in answered.content.decode()


def test_undo_says_what_stays(alice, twins, client_of):
    client, (kept, _lost) = client_of(alice), twins
    client.post(
        compare(alice, *twins), {"name": "kept", "region": "lost", **versions(*twins)}
    )
    with scopes_disabled():
        Partner.objects.filter(pk=kept.pk).update(region="West")
        merge = Merge.objects.get()
    response = client.post(at(alice, "web:merge_undo", merge.pk), follow=True)
    page = response.content.decode()
    assert "Harbour Clinic is back." in page
    assert "1 thing was changed since the merge" in page
    again = client.post(at(alice, "web:merge_undo", merge.pk), follow=True)
    assert "undone already" in again.content.decode()


def test_members_see_no_way_to_merge(bob, twins, client_of):
    page = client_of(bob).get(at(bob, "members:partner_detail", twins[0].pk))
    assert reverse(
        "web:partner_merge", kwargs={"slug": "harbor", "pk": twins[0].pk}
    ) not in (page.content.decode())


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite in memory waits for no lock"
)
@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_make_one(alice, twins):
    """Each takes the other for the one that goes: the second finds it gone."""
    ended = []

    def work(kept, lost):
        try:
            with scope(coalition=alice.coalition):
                merge_partners(
                    kept=kept, lost=lost, by=acting(alice), **versions(*twins)
                )
                ended.append("merged")
        except (RecordGone, EditedMeanwhile) as refusal:
            ended.append(type(refusal).__name__)
        finally:
            connection.close()

    workers = [Thread(target=work, args=pair) for pair in (twins, twins[::-1])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(ended) == ["RecordGone", "merged"]
    with scopes_disabled():
        assert (Partner.objects.count(), Merge.objects.count()) == (1, 1)
