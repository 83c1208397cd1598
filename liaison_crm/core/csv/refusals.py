"""Why a whole file is refused. The bad rows of a good file are `RowError`s instead."""

from __future__ import annotations

from collections.abc import Sequence

from liaison_crm.core.errors import DomainError
from liaison_crm.core.text import shown


class CsvRefused(DomainError):
    """The file as a whole cannot be read; no row of it counts."""

    code = "csv"
    http_status = 422


class EmptyFile(CsvRefused):
    code = "empty_file"


class DuplicateColumn(CsvRefused):
    code = "duplicate_column"


class WrongDelimiter(CsvRefused):
    code = "delimiter"


class WrongEncoding(CsvRefused):
    code = "encoding"


class LineTooLong(CsvRefused):
    code = "line_too_long"


class BrokenHeader(CsvRefused):
    code = "header"


class NotCsv(CsvRefused):
    """Another kind of file, whatever its name says."""

    code = "not_csv"
    http_status = 415


class FileTooLarge(CsvRefused):
    code = "too_large"
    http_status = 413


class WrongColumns(CsvRefused):
    """Columns are missing or unknown; `details` names them, with what was probably meant."""

    code = "columns"

    def __init__(
        self, *, missing: Sequence[str], unknown: Sequence[str], meant: dict[str, str]
    ) -> None:
        sentences = []
        if missing:
            sentences.append(f"Missing: {', '.join(missing)}.")
        if unknown:
            names = [
                f"{shown(name)} (did you mean {meant[name]}?)" if name in meant else shown(name)
                for name in unknown
            ]
            sentences.append(f"Not known: {', '.join(names)}.")
        super().__init__(
            "The columns are not right. " + " ".join(sentences),
            missing=list(missing),
            unknown=[shown(name) for name in unknown],
            line=1,
        )
