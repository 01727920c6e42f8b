"""Every model of a coalition is in the archive of everything, or left out knowingly."""

import re

import pytest

from coalition.web.exports import LEFT_OUT, NAMES, TABLES
from tests.architecture import world

SECRET = re.compile(r"secret|token|nonce|password|hmac|dedupe")


def test_everything_leaves_no_model_out_unsaid(db):
    said = {table.model for table in TABLES} | LEFT_OUT.keys()
    assert said == world.tenant_models()
    assert set(NAMES) <= said


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_everything_holds_no_secret(table):
    assert [name for name in table.columns() if SECRET.search(name)] == []
