"""Which kind of database this installation has."""

from django.db import connection

from coalition.management.backups import Store
from coalition.management.backups.postgresql import PostgreSQLStore
from coalition.management.backups.sqlite import SQLiteStore


def present_store() -> Store:
    return PostgreSQLStore() if connection.vendor == "postgresql" else SQLiteStore()
