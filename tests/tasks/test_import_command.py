import pytest
from django.core.management import call_command

from members.models import AuditEntry, Import, Via
from tasks.models import Task


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("title,due\nBook the hall,2026-12-04\n", encoding="utf-8")
    return str(path)


def test_import_tasks_only_looks_until_told_to_write(in_harbor, plan, capsys):
    call_command("import_tasks", "harbor", plan)

    assert "1 new" in capsys.readouterr().out
    assert not Task.objects.exists()


def test_import_tasks_writes_a_plan_that_can_be_taken_back(in_harbor, plan):
    call_command("import_tasks", "harbor", plan, "--apply")

    assert Task.objects.get().title == "Book the hall"
    assert {entry.via for entry in AuditEntry.objects.all()} == {Via.IMPORT}
    assert Import.objects.get().file_name == "plan.csv"


def test_import_tasks_ends_with_an_error_where_a_line_is_wrong(
    in_harbor, tmp_path, capsys
):
    path = tmp_path / "plan.csv"
    path.write_text("title,due\nBook the hall,someday\n", encoding="utf-8")

    with pytest.raises(SystemExit) as end:
        call_command("import_tasks", "harbor", str(path), "--apply")

    assert end.value.code == 1
    assert "line 2, due" in capsys.readouterr().out
    assert not Task.objects.exists()
