"""Rows: every error with its place, counted even where it is not listed."""

from coalition.common.tabular import (
    Column,
    Problems,
    cells,
    printable,
    read_rows,
    read_sheet,
)

COLUMNS = (
    Column("name", cells.text(10), required=True),
    Column("notes", cells.text(100), multiline=True),
)


def rows(data):
    errors, warnings = Problems(), Problems()
    sheet = read_sheet(data, known=("name", "notes"), required=("name",))
    found = read_rows(sheet, COLUMNS, errors=errors, warnings=warnings)
    return found, errors.listed(), warnings.listed()


def test_read_rows_reports_every_error_with_its_place():
    found, errors, warnings = rows(
        b'name,notes\nA,b\n,"x\0\ny"\nA much too long name,\nA,b,c\nA\nZ,\n'
    )

    assert [(error.line, error.column, error.value) for error in errors] == [
        (3, "name", ""),
        (3, "notes", "x\\x00\\ny"),
        (5, "name", "A much too long name"),
        (6, None, "A,b,c"),
        (7, None, "A"),
    ]
    assert [row.is_clean for row in found] == [True, False, False, False, False, True]
    assert found[-1].values == {"name": "Z"}
    assert warnings == []


def test_read_rows_takes_joiners_alone_for_a_blank():
    _found, errors, _warnings = rows("name,notes\n\u200d\u200c,\n".encode())

    assert [error.message for error in errors] == ["This cannot be left blank."]


def test_read_rows_says_how_many_cells_there_should_be():
    _found, errors, _warnings = rows(b"name,notes\nA,b,c\nA\n")

    assert [error.message for error in errors] == [
        (
            "This row has 3 cells, the header has 2. A cell that holds a comma needs"
            " quotation marks around it."
        ),
        "This row has 1 cell, the header has 2.",
    ]


def test_read_rows_names_ignored_columns_that_hold_something():
    _found, _errors, warnings = rows(b"name,Shoe size,,\nA,41,x,\nB,,,\n")

    assert [(problem.line, problem.column) for problem in warnings] == [
        (1, "Shoe size"),
        (1, "(no name)"),
    ]
    assert "ignored" in warnings[0].message


def test_problems_counts_all_and_lists_a_hundred_in_order():
    problems = Problems()
    for line in range(250, 0, -1):
        problems.add(line, "name", "x", lambda: "late")

    assert len(problems) == 250
    assert [problem.line for problem in problems.listed()] == list(range(1, 101))


def test_printable_shortens_and_spells_out():
    assert printable("Ac\u202eme\n") == "Ac\\u202eme\\n"
    assert printable("x" * 81) == "x" * 80 + "…"
    assert len(printable("\0" * 80)) == 81
