"""Tables from outside: what is read, and in which words the rest is refused."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.common.tabular import FileRejectedError, read_sheet

KNOWN = ("name", "website", "full_name")
HEADER = b"name,website,full_name\n"


def read(data, required=("name",)):
    return read_sheet(data, known=KNOWN, required=required)


def records(data):
    return [(record.line, record.cells) for record in read(data).records]


def refusal(data):
    with pytest.raises(FileRejectedError) as caught:
        read(data)
    return caught.value


def archive(name, content=b"x", kind=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as packed:
        packed.writestr(name, content)
    return stream.getvalue()


SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
REFUSED = {
    "nothing": (b"", None, "empty"),
    "spaces": (b" \r\n\t\n", None, "empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", None, "empty"),
    "only commas": (b",,,\n,,,\n", None, "empty"),
    "header only": (HEADER, None, "no rows"),
    "header and blank rows": (HEADER + b"\n,,\n  \n", None, "no rows"),
    "xlsx": (archive("xl/workbook.xml"), None, "Excel"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), None, "Excel"),
    "ods": (archive("mimetype", SPREADSHEET, 0), None, "LibreOffice"),
    "zip": (archive("list.csv", HEADER), None, "zip file"),
    "empty zip": (b"PK\x05\x06" + bytes(18), None, "zip file"),
    "gzip": (gzip.compress(HEADER + b"Acme,,\n"), None, "compressed"),
    "bzip2": (b"BZh91AY&SY", None, "compressed"),
    "7z": (b"7z\xbc\xaf\x27\x1c", None, "compressed"),
    "rar": (b"Rar!\x1a\x07\x00", None, "compressed"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", None, "PDF"),
    "html": (b"<!DOCTYPE html><html><body>Log in</body></html>", None, "HTML"),
    "html after a mark": (b"\xef\xbb\xbf\n <HTML>", None, "HTML"),
    "html table": (b"<table><tr><td>name</td></tr></table>", None, "HTML"),
    "xml": (b'<?xml version="1.0"?><Workbook/>', None, "XML"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", None, "binary"),
    "program": (b"\x7fELF\x02\x01\x01\x00" + bytes(60), None, "binary"),
    "zeros": (bytes(5000), None, "binary"),
    "control in header": (b"na\x01me,website\nAcme,\n", None, "binary"),
    "utf-16 with mark": ("name\nÄcme\n".encode("utf-16"), None, "UTF-16"),
    "utf-16 big endian": ("name\nAcme\n".encode("utf-16-be"), None, "UTF-16"),
    "utf-16 little endian": ("name\nAcme\n".encode("utf-16-le"), None, "UTF-16"),
    "utf-32": ("name\nAcme\n".encode("utf-32"), None, "UTF-16"),
    "latin-1": (HEADER + b"Acme,,\r\nSoci\xe9t\xe9,,\r\n", 3, "(0xE9)"),
    "latin-1 after old line ends": (b"name\rAcme\rCaf\xe9\r", 3, "not UTF-8"),
    "lone surrogate": (b"name\nAc\xed\xa0\x80me\n", 2, "not UTF-8"),
    "overlong": (b"name\nAc\xc0\xafme\n", 2, "not UTF-8"),
    "cut short": (b"name\nAcm\xc3", 2, "not UTF-8"),
    "semicolons": (b"name;website;full_name\nA;b;c\n", 1, "semicolons"),
    "quoted semicolons": (b'"name";"website"\n"A";"b"\n', 1, "semicolons"),
    "tabs": (b"name\twebsite\nA\tb\n", 1, "tabs"),
    "bars": (b"name|website\nA|b\n", 1, "vertical bars"),
    "semicolons, other column first": (b"id;name;tags, more\n1;A;b\n", 1, "semicolons"),
    "no header": (b"Acme,https://acme.example\n", 1, "must name the columns"),
    "title above": (b"Our partners\nname,website\nA,b\n", 1, "Our partners"),
    "column missing": (b"website,full_name\nx,y\n", 1, "“name”"),
    "column misspelt": (b"nmae,website\nx,y\n", 1, "Is “nmae” meant?"),
    "column twice": (b"name,website,Name\nA,b,C\n", 1, "twice"),
    "column twice in other words": (b"name,full name,Full_Name\nA,,\n", 1, "twice"),
    "second mark": (b"\xef\xbb\xbf\xef\xbb\xbfname\nA\n", 1, "\\ufeffname"),
    "quote never closed": (HEADER + b'A,,\n"B,,\nC,,\n', 3, "never closed"),
    "quote never closed in header": (b'name,"website\nA,b\n', 1, "never closed"),
    "text after quote": (HEADER + b'A,,\n"B" x,,\n', 3, "text follows"),
    "text after quote, later line": (HEADER + b'"B\nC"x,,\n', 2, "text follows"),
    "stray quote": (HEADER + b'A "B" C,,\n', 2, "not quoted"),
    "space before quote": (HEADER + b'A, "b, c",d\n', 2, "not quoted"),
    "stray quote after many lines": (HEADER + b'"A\nB",,\nC"D,,\n', 4, "not quoted"),
    "too many rows": (b"name\n" + b"A\n" * 10_001, None, "10,000 rows"),
    "too many columns": (b"name" + b",x" * 60 + b"\nA\n", 1, "at most 60"),
    "too many cells in a row": (HEADER + b"," * 60 + b"x\n", 2, "at most 60"),
    "too large": (b"name\n" + b"A" * 5 * 1024 * 1024, None, "5 MiB"),
    "cell too long": (HEADER + b"A,," + b"x" * 100_001 + b"\n", 2, "100 kB"),
    "cell too long in bytes": (HEADER + "é".encode() * 50_001, 2, "100 kB"),
    "cell far too long": (HEADER + b'"' + b"x\n" * 100_000, 2, "100 kB"),
    "json": (b'[{"name": "Acme"}]', 1, "not quoted"),
    "delimiter hint": (b"sep=,\nname,website\nA,b\n", 1, "sep=,"),
}


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
        b"Full Name,NAME, website ",
        b"\xef\xbb\xbffull_name,name,website",
        b'"FULL-NAME","Name","Web site"',
        b"\r\n\r\nfull name,name,website",
    ),
)
def test_read_sheet_knows_columns_whatever_their_case_spaces_and_order(header):
    assert read(header + b"\r\nx,y,z\r\n").header == ["full_name", "name", "website"]


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
