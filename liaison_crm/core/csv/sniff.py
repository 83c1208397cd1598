"""What a file really is, by its first bytes."""

import re

from liaison_crm.core.csv.refusals import EmptyFile, NotCsv, WrongEncoding

SNIFFED_BYTES = 4096
BOM = b"\xef\xbb\xbf"

SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"PK\x05\x06": "an empty ZIP archive",
    b"PK\x07\x08": "a ZIP archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Excel workbook",
    b"%PDF-": "a PDF",
    b"\x7fELF": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x89PNG\r\n": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3\x00": "a database",
    b"PAR1": "a Parquet file",
}
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|table|\?xml|svg|script|!--)", re.IGNORECASE)
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{"\]])')


def refuse_other_kinds(start: bytes) -> None:
    """Raise unless these first bytes can be those of a text table."""
    for signature, kind in SIGNATURES.items():
        if start.startswith(signature):
            raise NotCsv(f"This file is {kind}, not CSV.")
    if start.startswith(b"MZ") and b"\x00" in start:
        raise NotCsv("This file is a program, not CSV.")
    if start.startswith(UTF16_MARKS):
        raise WrongEncoding("This file is in UTF-16. Save it as CSV in UTF-8.", line=1)
    text = start.removeprefix(BOM)
    if _MARKUP.match(text):
        raise NotCsv("This file is a web page or XML, not CSV.")
    if _JSON.match(text):
        raise NotCsv("This file is JSON, not CSV.")
    if not text.strip() and len(start) < SNIFFED_BYTES:
        raise EmptyFile("This file is empty.")
