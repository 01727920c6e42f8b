"""Every string is translated, whole, and compiled."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from coalition.common.languages import LANGUAGES

ROOT = Path(settings.BASE_DIR)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
TAG = re.compile(r"</?\w+[^>]*>")
CATALOGUES = {
    language: ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    for language in sorted(LANGUAGES - {"en"})
}

each_language = pytest.mark.parametrize("language", CATALOGUES)


def key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def wordings(entry: polib.POEntry) -> dict[str, str]:
    """Return each wording with the words that it stands for."""
    if not entry.msgid_plural:
        return {entry.msgstr: entry.msgid}
    others = dict.fromkeys(entry.msgstr_plural.values(), entry.msgid_plural)
    return others | {entry.msgstr_plural.get(0, ""): entry.msgid}


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
