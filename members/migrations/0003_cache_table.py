"""The cache lives in the database: rate limits must hold when Redis is down."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def create(apps: Any, schema_editor: Any) -> None:
    call_command(
        "createcachetable",
        "cache",
        database=schema_editor.connection.alias,
        verbosity=0,
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0002_guards")]
    operations = [
        migrations.RunPython(
            create, lambda apps, editor: editor.execute("DROP TABLE cache")
        )
    ]
