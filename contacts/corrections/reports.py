"""What is said and not checked, the desk's queue, and whose NPI it may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from accounts.models import User
from contacts.corrections import wording
from contacts.corrections.kinds import OF_PHYSICIAN, OF_PRACTICE, OF_STAFF, now_said
from contacts.corrections.models import ChangeRequest, Kind
from contacts.models import Affiliation, Physician, Practice, Specialty
from liaison_crm.core.search import prefix_query
from liaison_crm.core.text import match_key

CANDIDATES = 8
LOOKED_AT = 60
SHORT_LIST = 50
ANSWERS = 3
# From a Friday evening to the Tuesday after a holiday.
ANSWERS_SHOWN = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Line:
    """One correction as a page shows it."""

    request: ChangeRequest
    before: str
    after: str
    said_by: str
    fate: str
    rivals: int = 0

    @property
    def phone(self) -> str:
        """Ten digits to call at once, unverified as they are."""
        return str(self.request.proposed.get("phone", ""))

    @property
    def label(self) -> str:
        return self.request.get_kind_display()


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What is said about one practice or physician and nobody has checked yet."""

    lines: tuple[Line, ...]

    @property
    def facts(self) -> tuple[Line, ...]:
        """Those that are not marked on a row of their own."""
        return tuple(
            line
            for line in self.lines
            if line.request.kind not in (Kind.JOINED, Kind.LEFT, *OF_STAFF)
        )

    @property
    def joined(self) -> frozenset[int]:
        return self._affiliations(Kind.JOINED)

    @property
    def left(self) -> frozenset[int]:
        return self._affiliations(Kind.LEFT)

    @property
    def staff(self) -> frozenset[int]:
        found = (line.request.staff_member_id for line in self.lines)
        return frozenset(pk for pk in found if pk is not None)

    def _affiliations(self, kind: str) -> frozenset[int]:
        found = (line.request.affiliation_id for line in self.lines if line.request.kind == kind)
        return frozenset(pk for pk in found if pk is not None)


NOTHING_SAID = Unchecked(())


def unchecked_at(practice: Practice, *, viewer: User) -> Unchecked:
    """Everyone reads what is said of the directory; of staff and access, who works there."""
    rows = ChangeRequest.objects.open().filter(practice=practice.pk)
    return Unchecked(_readable(rows, viewer))


def unchecked_of(physician: Physician, *, viewer: User) -> Unchecked:
    rows = ChangeRequest.objects.open().filter(physician=physician.pk)
    return Unchecked(_readable(rows, viewer))


def _readable(rows: Any, viewer: User) -> tuple[Line, ...]:
    own = ChangeRequest.objects.visible_to(viewer).filter(pk=OuterRef("pk"))
    private = Q(kind__in=(Kind.ACCESS_RULE, *OF_STAFF))
    return lines(rows.filter(~private | Exists(own)).for_list().oldest_first())


def answered_lately(person: User, *, now: datetime) -> tuple[Line, ...]:
    """What became of his own corrections in the last days, the latest first."""
    mine = ChangeRequest.objects.visible_to(person).asked_by(person)
    answered = mine.answered_since(now - ANSWERS_SHOWN)
    return lines(answered.for_list().order_by("-decided_at", "-pk")[:ANSWERS])


def unchecked_words() -> Mapping[int, str]:
    """For exports: what is said of each practice and not checked, of facts that everyone reads."""
    rows = ChangeRequest.objects.open().about_the_directory().exclude(practice=None)
    said: dict[int, list[str]] = {}
    for line in lines(rows.for_list().oldest_first()):
        day = line.request.asked_at.date().isoformat()
        assert line.request.practice_id is not None  # asked for by practice
        said.setdefault(line.request.practice_id, []).append(
            f"{line.label}: {line.after} ({line.said_by}, {day})"
        )
    return {pk: "; ".join(parts) for pk, parts in said.items()}


def lines(requests: Iterable[ChangeRequest], *, live: bool = False) -> tuple[Line, ...]:
    """The requests in words; with `live`, before is what the directory says this very moment."""
    found = list(requests)
    names = _specialties(found)
    made = []
    for one in found:
        before = now_said(one) if live and one.is_open else one.before
        value = one.approved if one.is_approved and one.approved else one.proposed
        made.append(
            Line(
                request=one,
                before=wording.words(one, before, names) if one.kind != Kind.JOINED else "",
                after=wording.words(one, value, names),
                said_by=wording.said_by(one),
                fate=wording.fate(one),
            )
        )
    return tuple(made)


def _specialties(requests: Iterable[ChangeRequest]) -> dict[str, str]:
    codes = {
        value["specialty"]
        for one in requests
        for value in (one.before, one.proposed, one.approved)
        if value.get("specialty")
    }
    for one in requests:
        if one.kind == Kind.SPECIALTY and one.physician and one.physician.primary_specialty:
            codes.add(one.physician.primary_specialty.taxonomy_code)
    if not codes:
        return {}
    found = Specialty.objects.filter(taxonomy_code__in=codes)
    return dict(found.values_list("taxonomy_code", "name"))


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    label: str
    count: int


def open_by_kind(viewer: User) -> list[KindCount]:
    """How many wait, of which kind; most first."""
    rows = (
        ChangeRequest.objects.visible_to(viewer)
        .open()
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
        .order_by("-n", "kind")
    )
    return [KindCount(kind, str(Kind(kind).label), count) for kind, count in rows]


def kinds_about(subject: str) -> Sequence[Kind]:
    """Which facts of a practice, a physician, an affiliation or a person can be corrected."""
    return {
        "practice": OF_PRACTICE,
        "physician": OF_PHYSICIAN,
        "affiliation": (Kind.LEFT,),
        "person": OF_STAFF,
    }[subject]


# --- Whose NPI ---


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with an NPI who may be the person, and what speaks for it."""

    physician: Physician
    practice: Practice | None
    reasons: tuple[str, ...]


def without_npi(viewer: User) -> list[Physician]:
    """Physicians named in the field whom nobody has matched yet, latest first."""
    rows = Physician.objects.visible_to(viewer).active().filter(npi=None)
    places = Affiliation.objects.filter(ends_on=None).select_related("practice")
    rows = rows.select_related("primary_specialty").prefetch_related(
        Prefetch("affiliations", places, to_attr="working_at")
    )
    return list(rows.order_by("-created_at", "-pk")[:SHORT_LIST])


def candidates_for(physician: Physician, *, viewer: User, on: date) -> list[Candidate]:
    """By name first; then the same practice, state and specialty speak for somebody."""
    initial = physician.first_name[:1]
    query = prefix_query([*physician.last_name.split(), initial])
    places = Affiliation.objects.current(on).select_related("practice")
    rows = (
        Physician.objects.visible_to(viewer)
        .exclude(npi=None)
        .filter(search=query)
        .select_related("primary_specialty")
        .prefetch_related(Prefetch("affiliations", places, to_attr="working_at"))
    )
    mine = [one.practice for one in places.filter(physician=physician)]
    found: list[Any] = list(rows[:LOOKED_AT])
    scored = [(_reasons(physician, mine, other), other) for other in found]
    named = [(reasons, other) for reasons, other in scored if reasons]
    named.sort(key=lambda one: (-len(one[0]), one[1].first_name, one[1].pk))
    return [
        Candidate(other, other.working_at[0].practice if other.working_at else None, reasons)
        for reasons, other in named[:CANDIDATES]
    ]


def _reasons(physician: Physician, mine: list[Practice], other: Any) -> tuple[str, ...]:
    first, other_first = match_key(physician.first_name), match_key(other.first_name)
    if match_key(physician.last_name) != match_key(other.last_name):
        return ()
    if first == other_first:
        reasons = ["same name"]
    elif other_first.startswith(first) or first.startswith(other_first):
        reasons = ["first name begins alike"]
    else:
        return ()
    theirs = [one.practice for one in other.working_at]
    if {one.pk for one in mine} & {one.pk for one in theirs}:
        reasons.append("works at the same practice")
    if {one.state for one in mine} & {one.state for one in theirs}:
        reasons.append("in the same state")
    specialty = physician.primary_specialty_id
    if specialty and specialty == other.primary_specialty_id:
        reasons.append("same specialty")
    return tuple(reasons)
