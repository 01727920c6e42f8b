from django.db import migrations

from coalition.common.text import FoldedField, fold_search


def folded_text() -> FoldedField:
    return FoldedField(
        db_default="",
        default="",
        fold=fold_search,
        max_length=6000,
        sources=("text",),
    )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0035_handed_over_guards")]

    operations = [
        migrations.AddField("ask", "search_text", folded_text()),
        migrations.AddField("hurdle", "search_text", folded_text()),
    ]
