"""Undo of a whole import: what it changed is as before, what others said since stays."""

from __future__ import annotations

import itertools
import random

import pytest

from referrals import intake, rollups
from referrals.errors import CannotBeUndone
from referrals.imports import services as imports
from referrals.intake import undoing
from referrals.intake.taking import settle
from referrals.models import (
    BatchUndo,
    EarlierDescription,
    Facility,
    IntakeBatch,
    Referral,
    ReferralEvent,
    Retelling,
    ServiceLine,
    UnmatchedRow,
)
from tests import factories
from tests.factories import NOON
from tests.referrals.files import PER_ROW, as_csv, counts, import_bytes
from tests.referrals.volumes import counted_by_hand, live_cells

pytestmark = pytest.mark.django_db

State = IntakeBatch.State
OTHER_DAY = "2026-02-04T10:00:00-05:00"


@pytest.fixture
def undo(erin):
    def taken_back(batch):
        imports.undo(batch, by=erin, at=NOON)
        intake.take(batch.pk)
        batch.refresh_from_db()
        assert batch.state == State.UNDONE
        return BatchUndo.objects.get(batch=batch)

    return taken_back


def story():
    """Every referral with what it is, and its events: what an undo has to bring back."""
    referrals = Referral.objects.values_list(
        "external_id", "practice", "physician", "service_line__code", "destination", "referred_on",
        "status", "status_at", "scheduled_on", "completed_on", "left_because", "receiving_npi",
        "first_seen_at", "batch",
    )  # fmt: skip
    events = ReferralEvent.objects.values_list(
        "referral__external_id", "status", "happened_at", "batch", "learned_at"
    )
    return sorted(map(repr, referrals)), sorted(map(repr, events))


def fates(undone):
    return undone.removed, undone.restored, undone.left


def test_an_import_that_stood_alone_is_gone(good, undo):
    batch = import_bytes(as_csv([good(external_id=f"R{n}") for n in range(3)]))
    assert fates(undo(batch)) == (3, 0, 0)
    assert not Referral.objects.exists()
    assert not ReferralEvent.objects.exists()
    assert counts(import_bytes(as_csv([good()]))) == {"new": 1}


def test_what_it_changed_is_as_before(good, undo):
    factories.ServiceLineFactory(code="heart", name="Heart")
    import_bytes(as_csv([good(), good(external_id="R2")]))
    before = story()
    moved = good(status="completed", status_at=OTHER_DAY, left_because="access")
    second = import_bytes(as_csv([moved, good(external_id="R2", service_line="heart")]))
    assert counts(second) == {"changed": 2}
    assert fates(undo(second)) == (0, 2, 0)
    assert story() == before


def test_a_later_word_stays_and_stands_on_what_was_before(good, undo):
    """Three files say three things of one referral; the middle one goes, then the last."""
    for code in ("heart", "lung"):
        factories.ServiceLineFactory(code=code)
    source = factories.SourceFactory()
    import_bytes(as_csv([good()]), source=source)
    before = story()
    second = import_bytes(as_csv([good(service_line="heart")]), source=source)
    third = import_bytes(as_csv([good(service_line="lung")]), source=source)
    undone = undo(second)
    assert (fates(undone), undone.left_ids) == ((0, 0, 1), ["R1"])
    assert Referral.objects.get().service_line.code == "lung"
    undo(third)
    assert story() == before


def test_a_later_file_that_agreed_keeps_it(good, undo):
    """What the third said of the referral the second had said already."""
    factories.ServiceLineFactory(code="heart")
    import_bytes(as_csv([good()]))
    before = story()
    second = import_bytes(as_csv([good(service_line="heart", status="accepted")]))
    third = import_bytes(
        as_csv([good(service_line="heart", status="accepted"), good(external_id="R2")])
    )
    assert counts(third) == {"same": 1, "new": 1}
    assert fates(undo(second)) == (0, 0, 1)
    referral = Referral.objects.get(external_id="R1")
    assert (referral.service_line.code, referral.status, referral.batch) == (
        "heart", "accepted", third,
    )  # fmt: skip
    undo(third)
    assert story() == before


def test_what_was_told_again_outlives_the_undo_of_who_told_it_first(good, undo):
    first = import_bytes(as_csv([good()]))
    again = import_bytes(as_csv([good(), good(external_id="R2")]))
    assert fates(undo(first)) == (0, 0, 1)
    event = ReferralEvent.objects.get(referral__external_id="R1")
    assert (event.batch, Referral.objects.get(external_id="R1").batch) == (again, again)
    assert fates(undo(again)) == (2, 0, 0)
    assert not Referral.objects.exists()


def test_a_night_after_an_undo_counts_what_is_left(good, undo):
    """An undo marks the cells it touches, as an import does: those of months long past as well."""
    first = import_bytes(as_csv([good(external_id=f"R{n}") for n in range(4)]))
    second = import_bytes(
        as_csv([good(external_id="R1", referred_on="2026-01-05"), good(external_id="R9")])
    )
    rollups.roll_up(NOON)
    undo(second)
    rollups.roll_up(NOON)
    assert live_cells() == counted_by_hand()
    undo(first)
    rollups.roll_up(NOON)
    assert live_cells() == {}


def test_whom_the_directory_learned_of_since_stays_linked(good, undo):
    """The receiver was a stranger to the first file and not to the second, which goes."""
    stranger = factories.npi(700_004)
    factories.ServiceLineFactory(code="heart")
    import_bytes(as_csv([good(receiving_npi=stranger)]))
    receiver = factories.PhysicianFactory(npi=stranger)
    undo(import_bytes(as_csv([good(receiving_npi=stranger, service_line="heart")])))
    assert Referral.objects.get().receiving_physician == receiver


def test_rows_that_waited_go_or_wait_for_the_earlier_file_again(good, undo):
    stranger = factories.npi(700_003)
    first = import_bytes(as_csv([good(external_id="A", referring_npi=stranger)]))
    rows = [good(external_id=one, referring_npi=stranger) for one in "AB"]
    second = import_bytes(as_csv(rows))
    factories.PhysicianFactory(npi=stranger)
    intake.resolve_waiting(NOON)
    assert Referral.objects.count() == 2
    undo(second)
    row = UnmatchedRow.objects.get()
    assert (row.external_id, row.batch, row.resolved_at) == ("A", first, None)
    intake.resolve_waiting(NOON)
    assert Referral.objects.get().batch == first


def test_what_it_made_goes_unless_it_is_used_or_was_edited(good, undo):
    rows = [
        good(external_id="A", service_line="Sleep", destination="New tower"),
        good(external_id="B", service_line="Pain", destination="Old tower"),
    ]
    source = factories.SourceFactory()
    batch = import_bytes(as_csv(rows), create_missing=True, source=source)
    import_bytes(as_csv([good(external_id="C", service_line="Pain")]), source=source)
    edited = Facility.objects.get(name="Old tower")
    edited.network = "own"
    edited.updated_at = edited.created_at
    edited.save()
    Facility.objects.filter(pk=edited.pk).update(
        updated_at=edited.created_at + undoing.ONE_MOMENT * 5
    )
    undo(batch)
    assert not ServiceLine.objects.filter(name="Sleep").exists()
    assert ServiceLine.objects.filter(name="Pain").exists()
    assert [*Facility.objects.filter(name__endswith="tower")] == [edited]


def test_an_undo_asked_for_twice_happens_once(good, undo, erin):
    batch = import_bytes(as_csv([good()]))
    imports.undo(batch, by=erin, at=NOON)
    imports.undo(batch, by=erin, at=NOON)
    intake.take(batch.pk)
    imports.undo(batch, by=erin, at=NOON)
    assert intake.take(batch.pk) is None
    assert BatchUndo.objects.count() == 1


def test_a_failed_import_and_one_without_memory_cannot_be_undone(good, erin):
    failed = import_bytes(as_csv([good(status="lost")]))
    with pytest.raises(CannotBeUndone):
        imports.undo(failed, by=erin, at=NOON)
    old = import_bytes(as_csv([good()]))
    IntakeBatch.objects.filter(pk=old.pk).update(keeps_undo=False)
    old.refresh_from_db()
    with pytest.raises(CannotBeUndone):
        imports.undo(old, by=erin, at=NOON)


def test_an_undo_that_is_interrupted_leaves_everything_and_goes_on(good, undo, erin, monkeypatch):
    batch = import_bytes(as_csv([good()]))
    before = story()
    imports.undo(batch, by=erin, at=NOON)

    def killed(_source):
        raise KeyboardInterrupt

    monkeypatch.setattr("referrals.intake.undoing.settle", killed)
    with pytest.raises(KeyboardInterrupt):
        intake.take(batch.pk)
    assert story() == before
    monkeypatch.setattr("referrals.intake.undoing.settle", settle)
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, Referral.objects.exists()) == (State.UNDONE, False)


@pytest.mark.parametrize("seed", range(6))
def test_an_import_undone_is_as_if_it_had_never_come(good, undo, seed):
    """Random files, of which one is undone: what is left is what the others alone would make."""
    chance = random.Random(seed)
    lines = [factories.ServiceLineFactory(code=f"line-{n}").code for n in range(3)]

    def row(number):
        told = chance.choice(("received", "accepted", "scheduled", "completed"))
        day = f"2026-02-{chance.randint(4, 8):02}T10:00:00-05:00"
        return good(external_id=f"R{number}", status=told, status_at=day)

    files = []
    for _ in range(4):
        rows = [{**row(number), "service_line": chance.choice(lines)}
                for number in range(6) if chance.random() < 0.7]  # fmt: skip
        files.append(rows or [row(0)])
    gone = chance.randrange(4)
    told, alone = factories.SourceFactory(code="told"), factories.SourceFactory(code="alone")
    taken = []
    for number, rows in enumerate(files):
        taken.append(import_bytes(as_csv(rows), mode=PER_ROW, source=told))
        if number != gone:
            import_bytes(as_csv(rows), mode=PER_ROW, source=alone)
    undo(taken[gone])
    assert what_is_of(told) == what_is_of(alone)
    for batch in [one for number, one in enumerate(taken) if number != gone]:
        undo(batch)
    assert not Referral.objects.filter(source=told).exists()
    assert not EarlierDescription.objects.filter(batch__source=told).exists()
    assert not Retelling.objects.filter(batch__source=told).exists()


def what_is_of(source):
    referrals = Referral.objects.filter(source=source)
    told = referrals.values_list("external_id", "service_line__code", "status", "status_at")
    events = ReferralEvent.objects.filter(referral__source=source)
    return sorted(told), sorted(
        events.values_list("referral__external_id", "status", "happened_at")
    )


def test_foreseeing_writes_nothing(good):
    batch = import_bytes(as_csv([good()]))
    before = story()
    fate = intake.foresee(batch)
    assert (fate.removed, fate.restored, fate.left) == (1, 0, 0)
    assert story() == before
    assert list(itertools.chain(EarlierDescription.objects.all(), BatchUndo.objects.all())) == []
