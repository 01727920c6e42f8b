from collections.abc import Iterator
from typing import Any

from django.db import migrations

from coalition.common.text import fold_search

CHUNK = 200


def fold_words(apps: Any, schema_editor: Any) -> None:
    """Let what was sent so far be found, too."""
    model = apps.get_model("comms", "Issue")
    gone = apps.get_model("comms", "Withdrawal")
    sent = model.objects.filter(released_at__isnull=False).select_related("told_in")
    for issue in sent.iterator(chunk_size=CHUNK):
        keys = gone.objects.filter(issue__in=[issue.pk, issue.told_in_id or 0])
        words = words_of(issue, set(keys.values_list("key", flat=True)))
        text = fold_search(" ".join(words))
        model.objects.filter(pk=issue.pk).update(search_text=text)


def words_of(issue: Any, withdrawn: set[str]) -> Iterator[str]:
    """Return what everybody could read of it, less what was taken back."""
    kind, _colon, rest = issue.source_key.partition(":")
    own = f"milestone:{rest.split(':')[0]}" if kind == "m" else f"issue:{issue.pk}"
    if issue.told_in_id and own in withdrawn:
        return
    yield from (issue.subject, issue.introduction, issue.own_note)
    left_out = withdrawn | set(issue.hidden)
    for section in issue.content.get("sections", ()):
        for item in section["items"]:
            if item["key"] not in left_out:
                words = issue.wordings.get(item["key"], item)
                yield f"{words['words']} {words['note']}"
    for quote in issue.quoted:
        if quote["key"] not in left_out:
            yield quote["words"]
    yield from _own_words(issue, left_out)


def _own_words(issue: Any, left_out: set[str]) -> Iterator[str]:
    for name, said in issue.openings.items():
        if f"opening:{name}" not in left_out and name not in left_out:
            yield said["words"]
    for section in issue.own_sections:
        if section["key"] not in left_out and section["circle"] == "everybody":
            yield f"{section['heading']} {section['words']}"


class Migration(migrations.Migration):
    dependencies = [("comms", "0026_words_of_issues")]

    operations = [
        migrations.RunPython(fold_words, migrations.RunPython.noop, elidable=True)
    ]
