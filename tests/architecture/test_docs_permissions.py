"""docs/permissions.md says what the code does."""

import re
from pathlib import Path

from django.conf import settings

from members.permissions import (
    GRANTABLE,
    PARTNER_FIELDS,
    PERMISSION_WORDS,
    ROLE_PERMISSIONS,
    MemberRole,
    Permission,
)

PAGE = Path(settings.BASE_DIR) / "docs" / "permissions.md"
ROW = re.compile(r"^\| `([\w.]+)` \|([^|]*)\|(.*)\|$", re.MULTILINE)
ROLES = list(MemberRole)


def test_the_table_of_permissions_is_that_of_the_code():
    written = {
        Permission(name): [cell.strip() == "yes" for cell in cells.split("|")]
        for name, _, cells in ROW.findall(PAGE.read_text())
    }
    assert written == {
        permission: [permission in ROLE_PERMISSIONS[role] for role in ROLES]
        for permission in Permission
    }


def test_what_roles_may_allow_is_that_of_the_code():
    part = PAGE.read_text().partition("## What a standing role may allow")[2]
    rows = re.findall(r"^\| `([\w.]+)` \|(.*)\|$", part, re.MULTILINE)
    written = {name: set(re.findall(r"`([\w.]+)`", others)) for name, others in rows}
    assert written == {name: set(others) for name, others in GRANTABLE.items()}


def test_its_words_are_those_of_the_page_about_access():
    written = {name: words.strip() for name, words, _ in ROW.findall(PAGE.read_text())}
    assert written == {p: str(words) for p, words in PERMISSION_WORDS.items()}


def test_the_fields_that_delegates_may_change_are_those_of_the_code():
    line = re.search(r"lets you change: (.*?)\. The name", PAGE.read_text(), re.DOTALL)
    assert line
    written = re.findall(r"`(\w+)`", line[1])
    assert written == list(PARTNER_FIELDS[Permission.PARTNERS_EDIT_OWN])
