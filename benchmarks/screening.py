"""How many notes that name a patient are found, and how many that do not are stopped."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from benchmarks import notes_by_hand
from benchmarks.notes import Note, make_notes
from benchmarks.table import Row, median_seconds
from liaison_crm.core.screening import marks_in

SEED = 20261124  # kept apart: no rule was changed for a note of this seed
CAUGHT_PERCENT = 95
FALSE_PERCENT = 2
MILLISECONDS = 10


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    """Two thousand invented notes, a list written by hand, and the time of one note."""
    notes = list(make_notes(200 if quick else 2000, seed=SEED))
    caught, false = percent_found(notes, True), percent_found(notes, False)
    by_hand = [Note(text, True) for text in notes_by_hand.WITH]
    by_hand += [Note(text, False) for text in notes_by_hand.WITHOUT]
    console.log(
        f"By hand, against the rules: {percent_found(by_hand, True):.0f}% caught,"
        f" {percent_found(by_hand, False):.0f}% false alarms"
    )
    seconds = median_seconds(lambda: [marks_in(note.text) for note in notes]) / len(notes)
    count = f"{len(notes):,} invented notes"
    return [
        Row(
            "Patients caught", f"{caught:.1f}%", count, caught, CAUGHT_PERCENT, "%",
            more_is_better=True,
        ),
        Row("False alarms", f"{false:.1f}%", count, false, FALSE_PERCENT, "%"),
        Row("Screening a note", f"{seconds * 1000:.2f} ms", "10 ms", seconds * 1000, MILLISECONDS,
            "ms"),
    ]  # fmt: skip


def percent_found(notes: Iterable[Note], names_a_patient: bool) -> float:
    """Of the notes that name a patient, or that do not, how many were marked."""
    these = [note for note in notes if note.names_a_patient is names_a_patient]
    return 100 * sum(1 for note in these if marks_in(note.text)) / len(these)
