"""What came of the files: the list of them, the sum of one, and the rows it refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from accounts.models import User
from liaison_crm.core.wording import count_of, number
from referrals.intake import KEPT
from referrals.models import BatchUndo, IntakeBatch, RefusedRow

IMPORTS_A_PAGE = 30
State, Job = IntakeBatch.State, IntakeBatch.Job


@dataclass(frozen=True)
class Outcome:
    """What became of some rows of a file. `tone` is how it is drawn; `start` and `share` where."""

    rows: int
    name: str
    meaning: str
    tone: str
    start: float = 0
    share: float = 0


@dataclass(frozen=True)
class ImportCounts:
    """A headline, and outcomes that add up to the rows read."""

    headline: str
    rows: int
    outcomes: list[Outcome]


@dataclass(frozen=True)
class ImportsPage:
    """A page of the list, newest first."""

    headline: str
    page: Page[IntakeBatch]


@dataclass(frozen=True)
class RefusedLine:
    line: int
    reason: str
    referral: str
    physician: str


def imports_page(viewer: User, *, page: str) -> ImportsPage:
    batches = IntakeBatch.objects.visible_to(viewer).select_related("source", "uploaded_by")
    found = Paginator(batches, IMPORTS_A_PAGE).get_page(page)
    return ImportsPage(count_of(found.paginator.count, "import"), found)


def import_counts(batch: IntakeBatch) -> ImportCounts:
    """Every row read is in exactly one outcome, while the import runs as well as after."""
    kinds = [kind for kind in (*_taken(batch), *_not_taken(batch)) if kind.rows]
    return ImportCounts(_headline(batch), batch.rows_read, _laid_out(kinds, batch.rows_read))


def refused_lines(viewer: User, batch: IntakeBatch, *, limit: int) -> list[RefusedLine]:
    refused = RefusedRow.objects.visible_to(viewer).filter(batch=batch).order_by("line", "pk")
    return [_told(row) for row in refused[:limit]]


def undo_of(viewer: User, batch: IntakeBatch) -> BatchUndo | None:
    """Who took the import back, and what came of that."""
    undone = BatchUndo.objects.visible_to(viewer).filter(batch=batch)
    return undone.select_related("asked_by").first()


def _told(row: RefusedRow) -> RefusedLine:
    """A row that could not be cut into cells has none to show."""
    cells = dict(zip(KEPT, row.cells, strict=False))
    return RefusedLine(
        row.line, row.reason, cells.get("external_id", ""), cells.get("referring_npi", "")
    )


def _headline(batch: IntakeBatch) -> str:
    taken = batch.rows_new + batch.rows_changed + batch.rows_same
    if (unfinished := _headline_of_unfinished(batch, taken)) is not None:
        return unfinished
    match batch.state:
        case State.DROPPED:
            return "Dropped, nothing taken"
        case State.UNDONE:
            return f"{count_of(taken, 'row')} taken and undone"
        case State.FAILED if not taken:
            return f"None of {count_of(batch.rows_read, 'row')} taken"
        case _:
            return f"{number(taken)} of {count_of(batch.rows_read, 'row')} taken"


def _headline_of_unfinished(batch: IntakeBatch, taken: int) -> str | None:
    rows = count_of(batch.rows_read, "row")
    if batch.state == State.MAPPING:
        return "Say what the columns are"
    if batch.state == State.CHECKED:
        return f"{number(taken)} of {rows} would be taken"
    return None if batch.is_finished else _headline_of_work(batch, rows)


def _headline_of_work(batch: IntakeBatch, rows: str) -> str:
    match batch.state, batch.job:
        case _, Job.UNDO:
            return "Being undone"
        case _, Job.CHECK if not batch.rows_read:
            return "Being checked"
        case State.QUEUED, _:
            return f"{rows} wait for a worker"
        case _:
            done = "checked" if batch.job == Job.CHECK else "done"
            return f"{number(batch.rows_done)} of {rows} {done}"


def _taken(batch: IntakeBatch) -> list[Outcome]:
    return [
        Outcome(batch.rows_new, "New", "Referrals nobody had told of", "new"),
        Outcome(batch.rows_changed, "Changed", "Known referrals that moved on", "changed"),
        Outcome(batch.rows_same, "Same", "Known already, word for word", "same"),
        Outcome(batch.rows_repeated, "Repeated", "Said twice in this file", "same"),
    ]


def _not_taken(batch: IntakeBatch) -> list[Outcome]:
    told = (
        batch.rows_new
        + batch.rows_changed
        + batch.rows_same
        + batch.rows_repeated
        + batch.rows_waiting
        + batch.rows_refused
        + batch.rows_held_back
    )
    rest = "Not reached" if batch.is_finished else "To come"
    meaning = "The import ended before them" if batch.is_finished else "Not in the tables yet"
    return [
        Outcome(batch.rows_waiting, "Waiting", "For a physician or practice", "waiting"),
        Outcome(batch.rows_refused, "Refused", "Not right; each says why", "refused"),
        Outcome(batch.rows_held_back, "Held back", "Good, but others were refused", "rest"),
        Outcome(batch.rows_read - told, rest, meaning, "rest"),
    ]


def _laid_out(kinds: list[Outcome], rows: int) -> list[Outcome]:
    """Side by side on a bar of a hundred."""
    placed, start = [], 0.0
    for kind in kinds:
        share = 100 * kind.rows / rows
        placed.append(
            Outcome(kind.rows, kind.name, kind.meaning, kind.tone, round(start, 3), round(share, 3))
        )
        start += share
    return placed
