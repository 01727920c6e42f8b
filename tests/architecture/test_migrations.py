"""Models and migrations agree, and the version before can run on the new database."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field
from django.db.models.fields import NOT_PROVIDED

# What came before there was a version to go back to.
BEFORE = {"comms": 9, "goals": 3, "members": 17, "tasks": 6}


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes detected" in capsys.readouterr().out


def added_columns() -> Iterator[tuple[str, Field]]:
    """Yield each column that a migration adds to a table which was there before."""
    since = {
        key: migration.operations
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if int(key[1][:4]) > BEFORE.get(key[0], 9999)
    }
    new = {
        (app, op.name_lower)
        for (app, _name), operations in since.items()
        for op in operations
        if isinstance(op, CreateModel)
    }
    for (app, name), operations in since.items():
        for op in operations:
            if isinstance(op, AddField) and (app, op.model_name_lower) not in new:
                model = apps.get_model(app, op.model_name)
                yield f"{name}.{op.name}", model._meta.get_field(op.name)


def test_what_the_version_before_adds_needs_no_new_column():
    """Old code names no column that it does not know: the database must fill it."""
    columns = dict(added_columns())
    assert "0020_check_in_mail.check_in_mail" in columns
    demanding = [
        name
        for name, field in columns.items()
        if not field.null and field.db_default is NOT_PROVIDED
    ]
    assert demanding == []
