"""Every string that is marked is translated, whole, and compiled; nothing is left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from coalition.common.languages import LANGUAGES

ROOT = Path(settings.BASE_DIR)
CODE = ("coalition", "members", "goals", "tasks", "comms")
MARKS = {
    "_": ("one",),
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), ("one",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("one", "many")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "one")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "one", "many")),
}
_STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_MARKED = re.compile(rf"\b(_|n?p?gettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
TAG = re.compile(r"</?\w+[^>]*>")
CATALOGUES = {
    language: ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    for language in sorted(LANGUAGES - {"en"})
}

each_language = pytest.mark.parametrize("language", CATALOGUES)


class Marked(NamedTuple):
    context: str | None
    one: str
    many: str = ""


def in_code(path: Path) -> Iterator[Marked]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        values = [
            a.value
            for a in node.args
            if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        yield from _marked(name, values)


def in_template(path: Path) -> Iterator[Marked]:
    for name, strings in _MARKED.findall(templatize(path.read_text())):
        values = [ast.literal_eval(text) for text in re.findall(_STRING, strings)]
        yield from _marked(name, values)


def _marked(name: str, values: list[str]) -> Iterator[Marked]:
    if values and name in MARKS:
        found = dict(zip(MARKS[name], values, strict=False))
        yield Marked(found.get("context"), found["one"], found.get("many", ""))


def marked() -> set[Marked]:
    found: set[Marked] = set()
    for path in (path for part in CODE for path in (ROOT / part).rglob("*.py")):
        found.update(in_code(path))
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in {".html", ".txt"}:
            found.update(in_template(path))
    return found


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def wordings(entry: polib.POEntry) -> dict[str, str]:
    """Return each wording with the words that it stands for."""
    if not entry.msgid_plural:
        return {entry.msgstr: entry.msgid}
    others = dict.fromkeys(entry.msgstr_plural.values(), entry.msgid_plural)
    return others | {entry.msgstr_plural.get(0, ""): entry.msgid}


@each_language
def test_every_marked_string_is_in_the_catalogue_and_no_other(language):
    entries = list(polib.pofile(CATALOGUES[language]))
    assert [entry.msgid for entry in entries if entry.obsolete] == []
    strings = marked()
    assert {key(entry) for entry in entries} == {(m.context, m.one) for m in strings}
    plural = {(m.context, m.one) for m in strings if m.many}
    assert {key(entry) for entry in entries if entry.msgid_plural} == plural


@each_language
def test_every_string_is_translated(language):
    wrong = [
        entry.msgid
        for entry in polib.pofile(CATALOGUES[language])
        if not entry.translated() or not all(map(str.strip, wordings(entry)))
    ]
    assert wrong == []


@each_language
def test_translation_keeps_placeholders_tags_and_edges(language):
    wrong = []
    for entry in polib.pofile(CATALOGUES[language]):
        for text, original in wordings(entry).items():
            kept = all(
                sorted(part.findall(text)) == sorted(part.findall(original))
                for part in (PLACEHOLDER, TAG)
            )
            edges = [
                (
                    words[: len(words) - len(words.lstrip())],
                    words[len(words.rstrip()) :],
                )
                for words in (text, original)
            ]
            if not kept or edges[0] != edges[1]:
                wrong.append((original, text))
    assert wrong == []


@each_language
def test_compiled_catalogue_is_that_of_the_source(language):
    source = polib.pofile(CATALOGUES[language])
    compiled = polib.mofile(CATALOGUES[language].with_suffix(".mo"))

    def content(entries: list[polib.POEntry]) -> dict[tuple[str | None, str], object]:
        return {key(e): (e.msgstr, e.msgid_plural, e.msgstr_plural) for e in entries}

    assert content(compiled) == content(source)
