"""An import in the browser, step by step: what is seen is what is written."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coalition.web.services.ending import close_coalition, reopen_coalition
from members.errors import FileRefused, ImportHasErrors, ImportMovedOn, ImportTooOld
from members.jobs import work_imports
from members.models import AuditEntry, Import, ImportRow, Partner, PartnerAlias, Person
from members.models.imports import ImportKind, ImportState
from members.services.imports import work
from members.services.imports.steps import (
    answer_twins,
    apply_import,
    discard_import,
    name_columns,
    start_import,
    undo_import,
)
from members.services.imports.work import AT_ONCE, work_off, work_off_if_short
from members.services.partners import change_partner_status, edit_partner
from tests.factories.members import AffiliationFactory, PartnerFactory, PersonFactory
from tests.factories.tasks import AssignmentFactory
from tests.utils import acting, at

pytestmark = pytest.mark.usefixtures("in_harbor")


@pytest.fixture
def by(alice):
    return acting(alice)


def begin(text, by, kind=ImportKind.PARTNERS):
    data = text.encode()
    imported = start_import(
        kind=kind, data=data, original=data, file_name="list.csv", by=by
    )
    return worked(imported)


def worked(imported):
    work_off(imported)
    imported.refresh_from_db()
    return imported


def applied(imported, by):
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    return worked(imported)


def undone(imported, by):
    undo_import(imported=imported, by=by)
    return worked(imported)


def outcomes(imported):
    return list(imported.rows.values_list("line", "outcome"))


def kept(imported):
    return dict(imported.rows.exclude(kept="").values_list("line", "kept"))


def test_a_list_is_read_looked_at_and_written(by, in_harbor):
    PartnerFactory(coalition=in_harbor, name="Acme", country="Chile")
    PartnerFactory(coalition=in_harbor, name="Beta", country="Fiji")

    imported = begin("name,country\nGamma,Peru\nAcme,Peru\nbeta,Fiji\n", by)

    assert imported.state == ImportState.PREVIEW
    assert (imported.created, imported.updated, imported.unchanged) == (1, 1, 1)
    assert outcomes(imported) == [(2, "new"), (3, "changed"), (4, "unchanged")]
    changed = imported.rows.get(line=3)
    assert (changed.before, changed.after) == (
        {"country": "Chile"},
        {"country": "Peru"},
    )
    assert Partner.objects.count() == 2

    applied(imported, by)
    assert imported.state == ImportState.APPLIED
    assert imported.data is None
    assert set(Partner.objects.values_list("name", "country")) == {
        ("Acme", "Peru"),
        ("Beta", "Fiji"),
        ("Gamma", "Peru"),
    }
    gamma = Partner.objects.get(name="Gamma")
    assert imported.rows.get(line=2).target_pk == gamma.pk
    told = AuditEntry.objects.filter(action="import partners").get()
    assert told.actor == by.person


def test_a_list_with_errors_shows_each_row_and_cannot_be_written(by):
    imported = begin('name,website\nAcme,acme.example\n"Be\nta",no address\n', by)

    assert imported.state == ImportState.PREVIEW
    assert imported.errors == 1
    row = imported.rows.get(line=3)
    assert row.cells == ["Be\\nta", "no address"]
    assert [error["column"] for error in row.errors] == ["name", "website"]
    with pytest.raises(ImportHasErrors):
        applied(imported, by)
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    (("", "empty"), ("name\n", "no rows"), ("PK\x03\x04", "zip file")),
)
def test_what_is_no_list_is_refused_and_not_kept(by, text, words):
    with pytest.raises(FileRefused, match=words):
        begin(text, by)
    assert not Import.objects.exists()


def test_columns_are_asked_for_only_where_titles_do_not_say_them(by):
    imported = begin("Organisation,E-mail,Colour\nAcme,a@example.org,red\n", by)
    assert imported.state == ImportState.COLUMNS
    assert imported.layout == {
        "columns": ["name", "contact_email", None],
        "titled": True,
    }

    columns = imported.layout["columns"]
    name_columns(imported=imported, columns=columns, titled=True, by=by)
    worked(imported)
    assert imported.state == ImportState.PREVIEW
    assert [warning["column"] for warning in imported.warnings] == ["Colour"]
    applied(imported, by)
    assert Partner.objects.get().contact_email == "a@example.org"


def test_columns_named_once_are_remembered(by):
    text = "A,B\nAcme,Chile\n"
    first = begin(text, by)
    columns = ["name", "country"]
    name_columns(imported=first, columns=columns, titled=True, by=by)
    applied(worked(first), by)

    assert begin(text, by).layout == {"columns": columns, "titled": True}


def test_a_list_of_bare_names_needs_no_titles(by):
    imported = begin("Harbor Watch\nFarmers\n", by)
    assert imported.layout == {"columns": ["name"], "titled": False}
    name_columns(imported=imported, columns=["name"], titled=False, by=by)
    applied(worked(imported), by)
    assert Partner.objects.count() == 2


def test_columns_that_do_not_fit_are_asked_for_again(by):
    imported = begin("A,B\nAcme,Chile\n", by)
    name_columns(imported=imported, columns=[None, None], titled=True, by=by)
    worked(imported)
    assert imported.state == ImportState.COLUMNS
    assert "Name them again" in imported.notice


def test_a_look_alike_can_be_the_partner_who_is_here(by, in_harbor):
    here = PartnerFactory(coalition=in_harbor, name="AFTINET")
    imported = begin("name,country\nAFTINET (Australia),Australia\n", by)
    row = imported.rows.get()
    assert row.outcome == "new"
    assert row.twin["same_as"] == f"partner:{here.pk}"

    answer_twins(imported=imported, answers={"2": row.twin["same_as"]}, by=by)
    worked(imported)
    row = imported.rows.get()
    assert row.outcome == "changed"
    assert row.after == {"country": "Australia", "alias": "AFTINET (Australia)"}
    assert not row.warnings

    applied(imported, by)
    assert Partner.objects.get().country == "Australia"
    assert PartnerAlias.objects.get().name == "AFTINET (Australia)"
    again = begin("name,country\nAFTINET (Australia),Australia\n", by)
    assert outcomes(again) == [(2, "unchanged")]


def test_a_look_alike_can_be_a_new_one(by, in_harbor):
    PartnerFactory(coalition=in_harbor, name="AFTINET")
    imported = begin("name\nAFTINET (Australia)\n", by)
    answer_twins(imported=imported, answers={"2": "new"}, by=by)
    worked(imported)
    row = imported.rows.get()
    assert (row.outcome, row.warnings) == ("new", [])
    assert row.twin["answer"] == "new"
    applied(imported, by)
    assert Partner.objects.count() == 2


def test_two_look_alikes_of_one_list_can_be_one(by):
    text = "name,country,region\nAFTINET,Australia,\nAFTINET (Australia),,South\n"
    imported = begin(text, by)
    answer_twins(imported=imported, answers={"3": "line:2"}, by=by)
    applied(worked(imported), by)
    partner = Partner.objects.get()
    assert (partner.name, partner.region) == ("AFTINET", "South")
    assert partner.aliases.get().name == "AFTINET (Australia)"

    undone(imported, by)
    assert not Partner.objects.exists()


@pytest.mark.parametrize("answer", ("partner:0", "line:9", "nonsense", "partner:x"))
def test_an_answer_that_means_nothing_makes_a_new_one(by, answer):
    imported = begin("name\nAcme\n", by)
    answer_twins(imported=imported, answers={"2": answer}, by=by)
    assert worked(imported).rows.get().outcome == "new"


def test_what_changed_after_the_preview_is_previewed_again(by, in_harbor):
    partner = PartnerFactory(coalition=in_harbor, name="Acme", country="Chile")
    imported = begin("name,country\nAcme,Peru\n", by)
    edit_partner(partner=partner, version=1, by=by, country="Fiji")

    applied(imported, by)
    assert imported.state == ImportState.PREVIEW
    assert "changed after this preview" in imported.notice
    assert imported.rows.get().before == {"country": "Fiji"}
    partner.refresh_from_db()
    assert partner.country == "Fiji"

    applied(imported, by)
    assert imported.state == ImportState.APPLIED
    partner.refresh_from_db()
    assert partner.country == "Peru"


def test_only_the_preview_that_was_seen_can_be_written(by):
    imported = begin("name\nAcme\n", by)
    with pytest.raises(ImportMovedOn):
        apply_import(imported=imported, seen="another", by=by)


@pytest.mark.parametrize("step", (discard_import, undo_import))
def test_a_step_out_of_turn_is_refused(by, step):
    imported = begin("name\nAcme\n", by)
    if step is discard_import:
        applied(imported, by)
    with pytest.raises(ImportMovedOn):
        step(imported=imported, by=by)


def test_a_discarded_list_is_forgotten_but_for_its_history(by):
    imported = begin("name\nAcme\n", by)
    discard_import(imported=imported, by=by)
    imported.refresh_from_db()
    assert imported.state == ImportState.DISCARDED
    assert imported.data is None
    assert imported.file_name == "list.csv"
    assert not ImportRow.objects.exists()


def test_undo_removes_what_was_made_and_puts_back_what_was_changed(by, in_harbor):
    partner = PartnerFactory(coalition=in_harbor, name="Acme", tags=["a"])
    imported = applied(begin("name,tags\nGamma,x\nAcme,b;c\n", by), by)

    undone(imported, by)
    assert imported.state == ImportState.UNDONE
    assert imported.notice == "1 removed, 1 put back, 0 left as they are."
    assert list(Partner.objects.values_list("name", "tags")) == [("Acme", ["a"])]
    partner.refresh_from_db()
    assert "'a'" in partner.search_text
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"delete", "edit", "undo import partners"} <= set(actions)


def test_undo_leaves_what_others_built_on_and_says_why(by, in_harbor, bob):
    PartnerFactory(coalition=in_harbor, name="Changed", country="Chile")
    text = "name,country\nUsed,\nEdited,\nGone,\nFree,\nChanged,Peru\n"
    imported = applied(begin(text, by), by)
    partners = {partner.name: partner for partner in Partner.objects.all()}
    AffiliationFactory(person=bob.person, partner=partners["Used"])
    for name in ("Edited", "Changed"):
        change_partner_status(partner=partners[name], status="paused", by=by)
    partners["Gone"].delete()

    undone(imported, by)
    assert kept(imported) == {
        2: "In use: Affiliation.",
        3: "It was edited since.",
        4: "It was gone already.",
        6: "It was edited since.",
    }
    names = set(Partner.objects.values_list("name", flat=True))
    assert names == {"Used", "Edited", "Changed"}
    partners["Changed"].refresh_from_db()
    assert partners["Changed"].country == "Peru"


def test_undo_of_people_takes_their_places_with_them(by, in_harbor):
    for name in ("Acme", "Beta"):
        PartnerFactory(coalition=in_harbor, name=name)
    ben = PersonFactory(coalition=in_harbor, full_name="Ben Roy", email="b@example.org")
    text = (
        "organisation,full_name,email,phone\n"
        "Acme,Rosa Silva,rosa@example.org,\nBeta,Rosa Silva,rosa@example.org,\n"
        "Acme,Ben Roy,b@example.org,+32 2\nAcme,Vera Busy,v@example.org,\n"
    )
    imported = applied(begin(text, by, ImportKind.PEOPLE), by)
    assert imported.state == ImportState.APPLIED
    vera = Person.objects.get(full_name="Vera Busy")
    AssignmentFactory(task__goal__coalition=in_harbor, person=vera)

    undone(imported, by)
    assert kept(imported) == {5: "In use: Assignment."}
    assert not Person.objects.filter(full_name="Rosa Silva").exists()
    ben.refresh_from_db()
    assert ben.phone == ""
    assert not ben.affiliations.exists()


def test_undo_ends_after_a_day(by):
    imported = applied(begin("name\nAcme\n", by), by)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        with pytest.raises(ImportTooOld):
            undo_import(imported=imported, by=by)
        work_imports()
    assert not ImportRow.objects.exists()
    assert Partner.objects.exists()


def test_a_list_nobody_went_on_with_is_forgotten_after_a_day(by):
    imported = begin("name\nAcme\n", by)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        work_imports()
    imported.refresh_from_db()
    assert (imported.state, imported.data) == (ImportState.DISCARDED, None)
    assert not ImportRow.objects.exists()


def test_long_lists_wait_for_a_worker(by):
    text = "name\n" + "".join(f"Partner {n}\n" for n in range(AT_ONCE + 1))
    data = text.encode()
    imported = start_import(
        kind=ImportKind.PARTNERS, data=data, original=data, file_name="", by=by
    )
    assert not work_off_if_short(imported)
    assert work_imports() == 1
    imported.refresh_from_db()
    assert imported.state == ImportState.PREVIEW
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    work_imports()
    assert work_imports() == 0
    assert Partner.objects.count() == AT_ONCE + 1


@pytest.mark.parametrize(
    ("state", "after"),
    (("reading", "discarded"), ("writing", "preview"), ("undoing", "applied")),
)
def test_what_waits_in_a_closed_coalition_is_not_done(
    by, alice, client_of, state, after
):
    imported = begin("name\nAcme\n", by)
    if state == "undoing":
        applied(imported, by)
    imported.state = state
    imported.save()
    partners = list(Partner.objects.values())
    close_coalition(coalition=by.coalition, by=by)

    assert work_imports() == 1

    imported.refresh_from_db()
    assert (imported.state, imported.claimed_at) == (after, None)
    assert list(Partner.objects.values()) == partners
    assert bool(imported.data) == (state == "writing")
    page = client_of(alice).get(at(alice, "members:import_list")).text
    assert "The coalition was closed before this was done" in page
    assert work_imports() == 0


def test_a_coalition_closed_while_a_list_is_read_is_not_written_to(
    by, in_harbor, monkeypatch
):
    imported = begin("name\nAcme\n", by)
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    real = work.read

    def read_slowly(*args):
        close_coalition(coalition=in_harbor, by=by)
        return real(*args)

    monkeypatch.setattr(work, "read", read_slowly)
    assert worked(imported).state == ImportState.PREVIEW
    assert not Partner.objects.exists()


def test_a_list_stopped_by_the_closing_can_be_brought_in_after_opening(by, in_harbor):
    imported = begin("name\nAcme\n", by)
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    close_coalition(coalition=in_harbor, by=by)
    assert worked(imported).state == ImportState.PREVIEW
    reopen_coalition(coalition=in_harbor, by=by)
    assert applied(imported, by).state == ImportState.APPLIED
    assert Partner.objects.exists()


def test_a_list_that_somebody_works_at_is_left_alone(by):
    imported = begin("name\nAcme\n", by)
    apply_import(imported=imported, seen=imported.fingerprint, by=by)
    Import.objects.update(claimed_at=timezone.now())
    assert worked(imported).state == ImportState.WRITING
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        assert worked(imported).state == ImportState.APPLIED


@pytest.mark.parametrize(
    ("state", "after"),
    (("reading", "discarded"), ("writing", "preview"), ("undoing", "applied")),
)
def test_what_cannot_be_worked_off_comes_back_to_a_person(
    by, monkeypatch, state, after
):
    imported = begin("name\nAcme\n", by)
    if state == "undoing":
        applied(imported, by)
    imported.state = state
    imported.save()
    monkeypatch.setattr("members.jobs.work_off", lambda _imported: 1 / 0)
    work_imports()
    imported.refresh_from_db()
    assert imported.state == after
    assert "nothing was changed" in imported.notice
