"""The audit trail and the delivery events refuse to be rewritten."""

import pytest
from django.db import Error, connection, transaction

from coalition.common.purging import merging, purging
from coalition.common.tenancy import scope
from members.models import AuditEntry, Via
from members.services.audit import Actor, record_change


@pytest.fixture
def entry(alice):
    with scope(coalition=alice.coalition):
        by = Actor(alice.coalition, alice.person, Via.WEB)
        return record_change(action="rename", target=alice.person, by=by)


def test_audit_entry_refuses_an_update(entry, harbor):
    with scope(coalition=harbor), pytest.raises(Error), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(reason="rewritten")


def test_audit_entry_refuses_a_delete(entry, harbor):
    with scope(coalition=harbor), pytest.raises(Error), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()


def test_audit_entry_refuses_to_be_written_over(entry, harbor):
    entry.reason = "rewritten"
    fields = {"update_fields": ["reason"], "unique_fields": ["id"]}
    with scope(coalition=harbor), pytest.raises(Error), transaction.atomic():
        AuditEntry.objects.bulk_create([entry], update_conflicts=True, **fields)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite knows REPLACE")
def test_audit_entry_refuses_to_be_replaced(entry):
    again = "REPLACE INTO members_auditentry SELECT * FROM members_auditentry"
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(again)


def test_audit_entry_can_be_purged(entry, harbor):
    with scope(coalition=harbor):
        with transaction.atomic(), purging():
            AuditEntry.objects.filter(pk=entry.pk).delete()
        assert not AuditEntry.objects.exists()


def test_audit_entry_names_the_one_that_stays_of_two(entry, bob, harbor):
    with scope(coalition=harbor):
        with transaction.atomic(), merging():
            AuditEntry.objects.filter(pk=entry.pk).update(actor=bob.person)
        assert AuditEntry.objects.get(pk=entry.pk).actor == bob.person


@pytest.mark.parametrize(
    "column",
    [
        column.attname
        for column in AuditEntry._meta.concrete_fields
        if column.name not in {"actor", "on_behalf_of"}
    ],
)
def test_audit_entry_lets_a_merge_change_nothing_else(column, entry, harbor):
    other = {"at": "2020-01-01T00:00Z", "before": {"a": 1}, "after": {"a": 1}}
    values = {column: other.get(column, 7), "actor": None}
    with scope(coalition=harbor), pytest.raises(Error), transaction.atomic(), merging():
        AuditEntry.objects.filter(pk=entry.pk).update(**values)
