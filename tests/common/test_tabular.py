"""Tables from outside: what is read, and in which words the rest is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.common.tabular import FileRejectedError, read_sheet
from tests.common.hostile import HEADER, REFUSED

KNOWN = ("name", "website", "contact_email")


def read(data, required=("name",)):
    return read_sheet(data, known=KNOWN, required=required)


def records(data):
    return [(record.line, record.cells) for record in read(data).records]


def refusal(data):
    with pytest.raises(FileRejectedError) as caught:
        read(data)
    return caught.value


@pytest.mark.parametrize("case", REFUSED)
def test_read_sheet_refuses_in_plain_words(case):
    data, line, words = REFUSED[case]

    refused = refusal(data)

    assert words in refused.message
    assert refused.line == line


def test_read_sheet_reads_the_largest_file_allowed():
    assert len(read(b"name\n" + b"A\n" * 10_000).records) == 10_000
    assert read(b"name" + b",x" * 59 + b"\nA" + b"," * 59).records[0].line == 2
    assert records(b"name\n" + b"x" * 100_000)[0][0] == 2


@pytest.mark.parametrize(
    "header",
    (
        b"Contact Email,NAME, website ",
        b"\xef\xbb\xbfcontact_email,name,website",
        b'"CONTACT-EMAIL","Name","Web site"',
        b"\r\n\r\ncontact email,name,website",
    ),
)
def test_read_sheet_knows_columns_whatever_their_case_spaces_and_order(header):
    assert read(header + b"\r\nx,y,z\r\n").header == [
        "contact_email",
        "name",
        "website",
    ]


def test_read_sheet_marks_unknown_columns_as_ignored():
    sheet = read(b"name,Shoe size,\nA,41,\n")

    assert sheet.header == ["name", None, None]
    assert sheet.titles.cells == ["name", "Shoe size", ""]


@pytest.mark.parametrize("end", ("\n", "\r\n", "\r"))
def test_read_sheet_counts_physical_lines(end):
    text = end.join(
        ["name,website", "", '"A', 'B"",', '",x', "   ", ",", "C,y", '"D"', "", ""]
    )

    assert records(text.encode()) == [
        (3, [f'A{end}B",{end}', "x"]),
        (8, ["C", "y"]),
        (9, ["D"]),
    ]


def test_read_sheet_counts_only_what_editors_count_as_lines():
    data = "name\nA\u2028B\nC\x0bD\nE\x85F\nG\n".encode()

    assert [line for line, _cells in records(data)] == [2, 3, 4, 5]


def test_read_sheet_reads_the_last_line_without_a_line_end():
    assert records(b"name\nA\nB") == [(2, ["A"]), (3, ["B"])]


def test_read_sheet_keeps_nul_for_the_row_to_complain_about():
    assert records(b"name\nA\0B\n") == [(2, ["A\0B"])]


def test_read_sheet_keeps_semicolons_within_cells():
    assert records(b"name\nA; B; C\n") == [(2, ["A; B; C"])]


def lines_or_words(data):
    try:
        return [record.line for record in read(data).records]
    except FileRejectedError as refused:
        return refused.message


@given(st.binary(max_size=300) | st.binary(max_size=300).map(HEADER.__add__))
def test_read_sheet_reads_or_refuses_any_bytes(data):
    assert lines_or_words(data)


@given(st.text(alphabet='ab",;\n\r \t|', max_size=60))
def test_read_sheet_reads_or_refuses_any_quoting(text):
    found = lines_or_words(HEADER + text.encode())

    assert isinstance(found, str) or found == sorted(set(found))
