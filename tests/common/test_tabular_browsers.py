"""Lists as browsers bring them: pasted, with other delimiters, with other titles."""

import pytest

from coalition.common.tabular import (
    Column,
    FileRejectedError,
    Layout,
    Record,
    cells,
    from_clipboard,
    guess_layout,
    is_clear,
    read_sheet,
    with_commas,
)

KNOWN = ("name", "country", "contact_email")
COLUMNS = (
    Column("name", cells.text(200), required=True, also=("organisation", "partner")),
    Column("country", cells.text(100)),
    Column("contact_email", cells.email(254), also=("email",)),
)


def read(data, layout=None):
    return read_sheet(data, known=KNOWN, required=("name",), layout=layout)


@pytest.mark.parametrize("delimiter", (";", "\t", "|"))
def test_with_commas_reads_other_delimiters_on_the_same_lines(delimiter):
    text = 'name;country\n"Two; ""lines""\nhere";Chile\n\nAcme, Inc;Fiji\n'
    sheet = read(with_commas(text.replace(";", delimiter).encode(), KNOWN))

    assert [record.line for record in sheet.records] == [2, 5]
    assert sheet.records[0].cells == [
        'Two; "lines"\nhere'.replace(";", delimiter),
        "Chile",
    ]
    assert sheet.records[1].cells == ["Acme, Inc", "Fiji"]


def test_with_commas_leaves_a_comma_file_as_it_is():
    data = b"name,country\nA;B,Chile\n"
    assert with_commas(data, KNOWN) is data
    assert with_commas(b"name\nA;B\n", KNOWN) == b"name\nA;B\n"


def test_with_commas_leaves_what_cannot_be_read_to_the_reader():
    with pytest.raises(FileRejectedError, match="separated by semicolons"):
        read(with_commas(b'name;country\n"Acme" Inc;Chile\n', KNOWN))


def test_from_clipboard_reads_cells_of_a_spreadsheet():
    text = 'name\tcountry\r\nAcme, Inc\tChile\r\n"Two\nlines"\tFiji\r\n'
    assert [r.cells for r in read(from_clipboard(text, KNOWN)).records] == [
        ["Acme, Inc", "Chile"],
        ["Two\nlines", "Fiji"],
    ]


def test_from_clipboard_takes_quotation_marks_of_the_text_as_text():
    text = 'name\tcountry\n"Blue" House\tChile\n'
    assert read(from_clipboard(text, KNOWN)).records[0].cells[0] == '"Blue" House'


def test_from_clipboard_reads_one_name_a_line_with_its_commas():
    text = "Harbor Watch\n\nFarmers, Fishers and Friends\n"
    sheet = read(from_clipboard(text, KNOWN), Layout(["name"], titled=False))
    assert [(r.line, r.cells) for r in sheet.records] == [
        (1, ["Harbor Watch"]),
        (3, ["Farmers, Fishers and Friends"]),
    ]


def test_from_clipboard_reads_pasted_csv():
    text = "name,country\nAcme,Chile\nBroken\n"
    assert read(from_clipboard(text, KNOWN)).records[1].cells == ["Broken"]


@pytest.mark.parametrize(
    ("titles", "clear"),
    (
        (("name", "Country"), True),
        (("name", "Colour"), True),
        (("Organisation", "country"), False),
        (("name", "E-mail"), False),
        (("name", "Name"), False),
        (("country",), False),
    ),
)
def test_is_clear_asks_only_where_titles_leave_a_doubt(titles, clear):
    assert is_clear(Record(1, list(titles)), COLUMNS) is clear


@pytest.mark.parametrize(
    ("titles", "guessed"),
    (
        (("Organisation", "E-Mail", "Colour"), ["name", "contact_email", None]),
        (("Contry", "Partner"), ["country", "name"]),
        (("name", "partner"), ["name", None]),
    ),
)
def test_guess_layout_goes_by_similar_titles(titles, guessed):
    records = [Record(1, list(titles)), Record(2, [""] * len(titles))]
    assert guess_layout(records, COLUMNS) == Layout(guessed)


def test_guess_layout_without_titles_goes_by_what_is_in_the_cells():
    records = [Record(1, ["a@example.org", "Harbor Watch", "Oslo"])]
    assert guess_layout(records, COLUMNS) == Layout(
        ["contact_email", "name", None], titled=False
    )


@pytest.mark.parametrize(
    "columns", (["name"], ["name", "name"], ["country", None], [None, None])
)
def test_read_sheet_refuses_a_layout_that_does_not_fit(columns):
    with pytest.raises(FileRejectedError, match="Name them again"):
        read(b"Title,Other\nAcme,Chile\n", Layout(columns))


def test_read_sheet_without_titles_takes_the_first_line_as_a_row():
    sheet = read(b"Acme,Chile\n", Layout(["name", None], titled=False))
    assert sheet.header == ["name", None]
    assert sheet.records == [Record(1, ["Acme", "Chile"])]
