"""A logo goes where its partner goes: into one of two, into the archive of everything."""

import csv
import io
import zipfile

import pytest

from coalition.web.services.merging.merge import merge_partners
from coalition.web.services.merging.preview import merge_preview
from coalition.web.services.merging.undo import undo_merge
from coalition.web.services.purge import purge
from members.models import Coalition, PartnerLogo
from members.services.logos import remove_logo
from members.services.partners import set_logo_consent
from tests.factories.members import PartnerFactory, PartnerLogoFactory
from tests.pictures import drawn
from tests.utils import acting, at


def a_partner(coalition, *, logo=True, **kwargs):
    picture = PartnerLogoFactory(coalition=coalition, data=drawn()) if logo else None
    return PartnerFactory(coalition=coalition, logo=picture, **kwargs)


def merge(kept, lost, by, **chosen):
    for partner in (kept, lost):
        partner.refresh_from_db()
    done = merge_partners(
        kept=kept,
        lost=lost,
        version=kept.version,
        lost_version=lost.version,
        by=acting(by),
        **chosen,
    )
    kept.refresh_from_db()
    return done


def agree(alice, *partners):
    for partner in partners:
        set_logo_consent(partner=partner, agreed=True, by=acting(alice))


def test_merge_takes_the_logo_of_the_one_that_has_it_and_gives_it_back(
    alice, in_harbor
):
    kept = a_partner(in_harbor, logo=False)
    lost = a_partner(in_harbor, logo_alt="A lamp")
    logo = lost.logo
    done = merge(kept, lost, alice)
    assert (kept.logo, kept.logo_alt) == (logo, "A lamp")
    assert undo_merge(merge=done, by=acting(alice)) == 0
    kept.refresh_from_db()
    assert (kept.logo, kept.logo_alt) == (None, "")
    assert logo.partner.pk == lost.pk


@pytest.mark.parametrize("chosen", ("kept", "lost"))
def test_merge_asks_which_logo_stays(chosen, alice, in_harbor, client_of):
    kept, lost = a_partner(in_harbor), a_partner(in_harbor)
    pictures = {"kept": kept.logo, "lost": lost.logo}
    url = at(alice, "web:partner_merge", kept.pk)
    page = client_of(alice).get(url, {"other": lost.pk}).text
    for partner in (kept, lost):
        assert f'src="{at(alice, "members:logo_image", partner.pk)}' in page
    done = merge(kept, lost, alice, logo=chosen)
    assert kept.logo == pictures[chosen]
    assert undo_merge(merge=done, by=acting(alice)) == 0
    kept.refresh_from_db()
    assert kept.logo == pictures["kept"]
    assert pictures["lost"].partner.pk == lost.pk


def test_undoing_a_merge_leaves_a_logo_that_was_changed_since(alice, in_harbor):
    kept, lost = a_partner(in_harbor, logo=False), a_partner(in_harbor)
    done = merge(kept, lost, alice)
    remove_logo(partner=kept, by=acting(alice))
    undo_merge(merge=done, by=acting(alice))
    kept.refresh_from_db()
    assert kept.logo is None


def test_merge_shows_a_logo_only_as_it_was_agreed(alice, in_harbor):
    kept, lost = a_partner(in_harbor), a_partner(in_harbor)
    agree(alice, kept)
    says = merge_preview(kept, lost, by=acting(alice)).warns
    assert [warning for warning in says if "did not agree" in warning]
    merge(kept, lost, alice, logo="lost")
    assert kept.logo_agreed_at is None


def test_merge_keeps_the_consent_to_the_logo_that_stays(alice, in_harbor):
    kept, lost = a_partner(in_harbor), a_partner(in_harbor)
    agree(alice, kept)
    merge(kept, lost, alice, logo="kept")
    assert kept.logo_agreed_by == alice.person


def test_merge_keeps_the_logo_off_that_one_took_back(alice, in_harbor):
    kept, lost = a_partner(in_harbor), a_partner(in_harbor, logo=False)
    agree(alice, kept, lost)
    set_logo_consent(partner=lost, agreed=False, by=acting(alice))
    assert merge_preview(kept, lost, by=acting(alice)).warns == [
        "One of the two asked not to show its logo in public; that counts."
    ]
    done = merge(kept, lost, alice)
    assert kept.logo_agreed_at is None
    undo_merge(merge=done, by=acting(alice))
    kept.refresh_from_db()
    assert kept.logo_agreed_by == alice.person


def test_everything_holds_the_logos_that_are_in_use(alice, charlie, client_of):
    ours = a_partner(alice.coalition)
    a_partner(charlie.coalition)
    PartnerLogoFactory(coalition=alice.coalition, data=drawn("GIF"))
    answer = client_of(alice).post(at(alice, "web:everything_export"))
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    names = [name for name in archive.namelist() if name.startswith("logos/")]
    text = archive.read("partners.csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert names == [f"logos/{row['logo_id']}.png"] == [f"logos/{ours.logo_id}.png"]
    assert archive.read(names[0]) == drawn()
    assert "logos/*.png: 1" in archive.read("README.txt").decode()


def test_a_coalition_that_is_deleted_leaves_no_logo(alice, charlie):
    a_partner(alice.coalition)
    theirs = a_partner(charlie.coalition)
    PartnerLogoFactory(coalition=alice.coalition)
    purge(coalition=Coalition.objects.get(pk=alice.coalition.pk))
    assert list(PartnerLogo._base_manager.all()) == [theirs.logo]
