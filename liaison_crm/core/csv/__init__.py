"""Comma-separated files, read strictly and written safely.

`open_csv` checks kind, encoding, delimiter and header before any row, then yields batches of
good rows beside errors for the bad ones, each with its physical line. `csv_lines` and
`csv_response` write what a spreadsheet cannot run.
"""

from liaison_crm.core.csv.cells import (
    CellRefused,
    count_cell,
    date_cell,
    moment_cell,
    money_cell,
    npi_cell,
)
from liaison_crm.core.csv.header import Columns
from liaison_crm.core.csv.reader import Batch, CsvFile, RowError, open_csv
from liaison_crm.core.csv.refusals import CsvRefused
from liaison_crm.core.csv.sizes import Survey, survey
from liaison_crm.core.csv.writer import csv_lines, csv_response, neutralise, restore

__all__ = [
    "Batch",
    "CellRefused",
    "Columns",
    "CsvFile",
    "CsvRefused",
    "RowError",
    "Survey",
    "count_cell",
    "csv_lines",
    "csv_response",
    "date_cell",
    "moment_cell",
    "money_cell",
    "neutralise",
    "npi_cell",
    "open_csv",
    "restore",
    "survey",
]
