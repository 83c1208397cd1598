"""A file in pieces, read beside each other, is the file read in one go."""

import io
from dataclasses import replace

import psutil
import pytest

from contacts.models import Physician
from contacts.registry import reading
from contacts.registry.load import Order, load_files
from contacts.registry.readers import reading_processes
from contacts.registry.reading import Piece, last_row_end, pieces, read_piece
from contacts.registry.selection import Filter, KnownNpis, Selection
from liaison_crm.core.csv import CsvRefused
from tests.contacts.registry.files import MARCH, NOON, clinician, directory, load, write

ROWS = [
    clinician(number, line_2=f"STE {number % 9}", **({"npi": "12345"} if number % 40 == 7 else {}))
    for number in range(400)
]


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(reading, "PIECE_BYTES", 20_000)


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "npidata.csv", ROWS)


def joined(outcomes):
    """What several outcomes amount to."""
    found = list(outcomes)
    return (
        "".join(outcome.staged for outcome in found),
        sum(outcome.read for outcome in found),
        [refused for outcome in found for refused in outcome.refused],
    )


def in_one_go(path):
    header, rows = path.read_bytes().split(b"\n", 1)
    return joined([read_piece(Piece(header + b"\n", rows, 2), None)])


@pytest.mark.usefixtures("small_pieces")
def test_pieces_hold_every_row_once_under_its_line(file):
    with file.open("rb") as stream:
        found = list(pieces(stream))
    assert len(found) > 10
    assert found[0].header + b"".join(piece.rows for piece in found) == file.read_bytes()
    assert joined(read_piece(piece, None) for piece in found) == in_one_go(file)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_processes_give_the_same_in_the_same_order(file, count):
    with reading_processes(count, None) as readers, file.open("rb") as stream:
        outcomes = [outcome for _, outcome in readers.outcomes(pieces(stream))]
    assert joined(outcomes) == in_one_go(file)
    refused = [line for outcome in outcomes for line, _, _ in outcome.refused]
    assert refused == [number + 2 for number in range(7, 400, 40)]


def test_a_filter_goes_along_to_the_processes(file):
    choice = Filter(Selection(states=frozenset({"MA"})), KnownNpis())
    choice.known.add(int(ROWS[3]["NPI"]))
    with reading_processes(2, choice) as readers, file.open("rb") as stream:
        outcomes = [outcome for _, outcome in readers.outcomes(pieces(stream))]
    assert joined(outcomes)[0].count("\n") == 1


def test_a_line_end_inside_a_cell_cuts_no_row():
    whole = b'"1","a"\n"2","b\nc"\n'
    assert last_row_end(whole) == len(whole)
    assert last_row_end(whole + b'"3","d\ne') == len(whole)
    assert last_row_end(b'"3","d\ne') == 7, "no quote ever closes: better a bad row than none"
    assert last_row_end(b'"3","d"') == 0


def test_processes_end_with_the_work():
    before = {child.pid for child in psutil.Process().children()}
    with reading_processes(2, None):
        assert len({child.pid for child in psutil.Process().children()} - before) >= 2
    after = [child for child in psutil.Process().children() if child.pid not in before]
    assert [child for child in after if "spawn_main" in " ".join(child.cmdline())] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("small_pieces")
def test_a_load_with_readers_makes_the_same_directory(file, tmp_path):
    order = Order(files=[file], observed_on=MARCH, at=NOON, refused=tmp_path / "one.csv", readers=2)
    counts = load_files(order).counts
    assert counts["new physicians"] == 390
    before = directory()
    assert load(file, refused=tmp_path / "two.csv").counts["same"] == 390
    assert directory() == before
    assert (tmp_path / "one.csv").read_text() == (tmp_path / "two.csv").read_text()


@pytest.mark.django_db
@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("readers", [0, 2])
def test_a06_a_bad_byte_far_down_refuses_the_file_with_its_line(file, tmp_path, readers):
    content = file.read_bytes().replace(b"RAMAN300", b"RAM\xd1N300")
    file.write_bytes(content)
    line = content[: content.index(b"\xd1")].count(b"\n") + 1
    order = Order(files=[file], observed_on=MARCH, at=NOON, refused=tmp_path / "refused.csv")
    with pytest.raises(CsvRefused, match=f"Line {line} "):
        load_files(replace(order, readers=readers))
    assert not Physician.objects.exists()


def test_a_file_without_a_last_line_end_loses_nothing(file):
    text = file.read_bytes().rstrip(b"\n")
    found = list(pieces(io.BytesIO(text)))
    assert joined(read_piece(piece, None) for piece in found)[1] == 400
