"""Files that no import may take: bytes, the line to be named, words to be said."""

import gzip
import io
import zipfile

HEADER = b"name,website,contact_email\n"


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
    "html title": (b"<title>Log in</title>", None, "HTML"),
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
    "semicolons": (b"name;website;contact_email\nA;b;c\n", 1, "semicolons"),
    "quoted semicolons": (b'"name";"website"\n"A";"b"\n', 1, "semicolons"),
    "tabs": (b"name\twebsite\nA\tb\n", 1, "tabs"),
    "bars": (b"name|website\nA|b\n", 1, "vertical bars"),
    "semicolons, other column first": (b"id;name;tags, more\n1;A;b\n", 1, "semicolons"),
    "no header": (b"Acme,https://acme.example\n", 1, "must name the columns"),
    "title above": (b"Our partners\nname,website\nA,b\n", 1, "Our partners"),
    "column missing": (b"website,contact_email\nx,y\n", 1, "“name”"),
    "column misspelt": (b"nmae,website\nx,y\n", 1, "Is “nmae” meant?"),
    "column twice": (b"name,website,Name\nA,b,C\n", 1, "twice"),
    "column twice in other words": (
        b"name,contact email,Contact_Email\nA,,\n",
        1,
        "twice",
    ),
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
