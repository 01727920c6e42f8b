"""What no tracked file may say."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Spelled in pieces, so that this file may be read too.
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "npm" + "js", "index" + "-url")
LEFTOVER = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X)\b")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
BINARY = {".woff2", ".png", ".jpg", ".ico", ".mo", ".gz", ".xlsx"}


def tracked_files() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if names.returncode:
        pytest.skip("This is no git checkout.")
    paths = (ROOT / name for name in names.stdout.split("\0") if name)
    return [p for p in paths if p.is_file() and p.suffix not in BINARY]


def test_no_file_names_a_package_registry():
    found = [
        (path.name, host)
        for path in tracked_files()
        for host in REGISTRIES
        if host in path.read_text(errors="replace").replace("--no-emit-index-url", "")
    ]
    assert found == []


def test_no_source_file_is_left_unfinished():
    found = [
        path.name
        for path in tracked_files()
        if path.suffix in {".py", ".html", ".css", ".js", ".toml", ".md"}
        and LEFTOVER.search(path.read_text(errors="replace"))
    ]
    assert found == []


def test_links_between_documents_lead_somewhere():
    found = [
        (page.name, target)
        for page in tracked_files()
        if page.suffix == ".md"
        for target in LINK.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert found == []
