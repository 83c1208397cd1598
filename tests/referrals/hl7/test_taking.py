"""What becomes of messages: referrals, events, counts, refusals, and nothing of the patient."""

from datetime import timedelta

import pytest

from contacts.models import Physician
from referrals import intake, tasks
from referrals.errors import CannotBeUndone
from referrals.hl7 import keeping, services
from referrals.hl7.models import Hl7Message, IgnoredMessages, SourceCode, ToldReferral
from referrals.hl7.parsing import normal
from referrals.imports import services as imports
from referrals.models import IntakeBatch, Referral, ReferralEvent, Status, VolumeMark
from tests import factories
from tests.factories import NOON
from tests.referrals.files import as_csv, import_bytes
from tests.referrals.hl7.messages import msh, order, outcomes, ref, siu, take

SECRETS = ("MRN-77123", "Everyman", "19610615", "1 Elm", "secret finding")


def story(number: str) -> list[tuple[str, str]]:
    events = ReferralEvent.objects.filter(referral__external_id=number)
    return [(event.status, f"{event.happened_at:%m-%d}") for event in events]


def test_a_referral_and_its_appointments(npi, practice):
    assert outcomes(
        ref("R1", npi=npi),
        siu("R1", "S12", "20260302110000"),
        siu("R1", "S26", "20260302113000"),
    ) == ["referral", "event", "event"]
    referral = Referral.objects.get()
    assert referral.practice == practice
    assert referral.physician.npi == npi
    assert (referral.service_line.code, referral.destination.code) == ("cardiology", "main")
    assert f"{referral.referred_on} {referral.scheduled_on}" == "2026-03-01 2026-03-02"
    assert story("R1") == [("received", "03-01"), ("scheduled", "03-02"), ("no_show", "03-02")]
    assert referral.status == Status.NO_SHOW
    assert VolumeMark.objects.exists()


@pytest.mark.parametrize(
    ("event", "status", "kept"),
    [
        ("I12", "A^Accepted", Status.ACCEPTED),
        ("I13", "R^Rejected", Status.DECLINED),
        ("I13", "P^Pending", Status.RECEIVED),
        ("I14", "P^Pending", Status.CANCELLED),
        ("I15", "E^Expired", Status.CANCELLED),
    ],
)
def test_each_kind_of_referral_message(npi, event, status, kept):
    assert outcomes(ref("R1", npi=npi, event=event, status=status)) == ["referral"]
    assert Referral.objects.get().status == kept


@pytest.mark.parametrize("kind", ["ORM^O01", "OMG^O19^OMG_O19"])
@pytest.mark.parametrize(
    ("control", "kept"),
    [("NW", Status.RECEIVED), ("OK", Status.ACCEPTED), ("CA", Status.CANCELLED)],
)
def test_each_kind_of_order(npi, practice, kind, control, kept):
    assert outcomes(order("R1", control, "20260302103000", npi=npi, kind=kind)) == ["referral"]
    referral = Referral.objects.get()
    assert (referral.status, referral.practice) == (kept, practice)


def test_a_completed_appointment_completes_the_referral(npi):
    take(ref("R1", npi=npi), siu("R1", "S14", "20260302110000", state="Complete"))
    assert Referral.objects.get().status == Status.COMPLETED


def test_a_modification_does_not_undo_what_happened(npi):
    later = ref("R1", npi=npi, event="I13", at="20260302113000-0500", line="ortho")
    factories.ServiceLineFactory(code="ortho", name="Orthopedics")
    take(ref("R1", npi=npi), siu("R1", "S12", "20260302110000"), later)
    referral = Referral.objects.get()
    assert (referral.status, referral.service_line.code) == (Status.SCHEDULED, "ortho")


def test_an_appointment_waits_for_its_order(npi):
    assert outcomes(siu("R1", "S12", "20260302110000")) == ["waiting"]
    assert not Referral.objects.exists()
    assert outcomes(ref("R1", npi=npi)) == ["referral"]
    assert Referral.objects.get().status == Status.SCHEDULED
    assert set(Hl7Message.objects.values_list("outcome", flat=True)) == {"event", "referral"}


def test_an_appointment_follows_a_referral_that_a_file_told(good, ehr):
    waits = siu("R1", "S12", "20260302110000")
    assert outcomes(waits, source=ehr) == ["waiting"]
    import_bytes(as_csv([good()]), source=ehr)
    services.resolve_waiting(NOON)
    assert Referral.objects.get().status == Status.SCHEDULED


def test_a44_the_same_message_again_changes_nothing(npi):
    """A44: and nothing is told twice."""
    raw = ref("R1", npi=npi)
    assert outcomes(raw, raw, b"\xef\xbb\xbf" + raw.replace(b"\r", b"\r\n")) == [
        "referral",
        "repeated",
        "repeated",
    ]
    assert ReferralEvent.objects.count() == 1
    assert Hl7Message.objects.get().times == 3


def test_a44_another_message_under_its_control_id_is_refused(npi):
    first = ref("R1", npi=npi, control_id="7")
    second = ref("R2", npi=npi, control_id="7")
    assert outcomes(first, second, second) == [
        "referral",
        "refused (duplicate_control_id)",
        "refused (duplicate_control_id)",
    ]
    assert Referral.objects.get().external_id == "R1"
    assert Hl7Message.objects.filter(outcome="refused").get().times == 2


def test_a44_the_same_in_one_batch(npi):
    raw = ref("R1", npi=npi)
    assert outcomes(
        raw + raw + ref("R2", npi=npi, control_id=f"R1-I12-{'20260302103000-0500'}")
    ) == [
        "referral",
        "repeated",
        "refused (duplicate_control_id)",
    ]


def test_what_is_none_of_our_business_is_counted_and_forgotten(ehr):
    odd = (msh("ADT^A01", "1") + "\rPID|1||MRN-77123\r").encode()
    test = ref("R1", npi="", processing="T")
    assert outcomes(odd, odd, test, source=ehr) == [
        "ignored (kind)",
        "ignored (kind)",
        "ignored (not_production)",
    ]
    counted = IgnoredMessages.objects.values_list("kind", "reason", "messages")
    assert set(counted) == {("ADT^A01", "kind", 2), ("REF^I12", "not_production", 1)}
    assert not Hl7Message.objects.exists()


def test_a50_only_what_is_needed_is_kept(npi, caplog):
    """A50: not in a table in the clear, not in a log."""
    raw = ref("R1", npi=npi)
    take(raw, raw.replace(b"20260301", b"20260230").replace(b"R1-I12", b"X"))
    message = Hl7Message.objects.get(outcome="referral")
    assert keeping.opened(message) == raw.rstrip(b"\r")
    assert normal(raw) not in bytes(message.raw or b"")
    for model in (Hl7Message, ToldReferral, SourceCode, Referral, ReferralEvent, IntakeBatch):
        rows = str(list(model.objects.values()))
        assert not [secret for secret in SECRETS if secret in rows], model
    assert not [secret for secret in SECRETS if secret in caplog.text]
    assert len(Referral.objects.get().patient_key or b"") == 32


def test_a50_what_a_message_said_is_purged_and_the_same_is_still_known(npi, settings):
    raw = ref("R1", npi=npi)
    take(raw)
    services.tend_messages(NOON + timedelta(days=settings.MESSAGE_KEEP_DAYS - 1))
    assert Hl7Message.objects.get().raw is not None
    services.tend_messages(NOON + timedelta(days=settings.MESSAGE_KEEP_DAYS, minutes=1))
    message = Hl7Message.objects.get()
    assert message.raw is None
    with pytest.raises(LookupError):
        keeping.opened(message)
    assert outcomes(raw) == ["repeated"]


def test_a_key_that_was_replaced_still_opens_what_it_closed(npi, settings):
    take(ref("R1", npi=npi))
    settings.MESSAGE_KEY_FALLBACKS = [settings.MESSAGE_KEY]
    settings.MESSAGE_KEY = settings.PATIENT_KEY
    assert keeping.opened(Hl7Message.objects.get()).startswith(b"MSH")


def test_what_waits_in_vain_is_given_up(ehr, settings):
    take(siu("R1", "S12", "20260302110000"))
    services.tend_messages(NOON + timedelta(days=settings.MESSAGE_WAIT_DAYS, minutes=1))
    assert Hl7Message.objects.get().outcome == "set_aside"
    assert not ToldReferral.objects.waiting().exists()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"npi": "1234567890"}, "npi_check_digit"),
        ({"at": "20260302130000-0500"}, "in_future"),
        ({"practice": "A\u202eB"}, "bidi"),
        ({"number": "x" * 81}, "too_long"),
        ({"number": ""}, "missing"),
        ({"at": ""}, "missing"),
        ({"line": "\\X00\\"}, "control"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(npi, told, code):
    told = {"number": "R1", "npi": npi, "control_id": "7", **told}
    assert outcomes(ref(told.pop("number"), **told)) == [f"refused ({code})"]
    assert not Referral.objects.exists()
    row = Hl7Message.objects.get()
    assert (row.outcome, row.code) == ("refused", code)
    assert row.raw is not None


def test_a_refused_message_that_is_right_by_now_is_taken(npi):
    early = ref("R1", npi=npi, at="20260303103000-0500")
    assert outcomes(early) == ["refused (in_future)"]
    assert outcomes(early, at=NOON + timedelta(days=2)) == ["referral"]
    assert Hl7Message.objects.get().outcome == "referral"


def test_the_counts_of_the_days_import_add_up(npi):
    take(
        ref("R1", npi=npi),
        siu("R1", "S12", "20260302110000"),
        siu("R2", "S12", "20260302110000"),
        ref("R3", npi="1234567890"),
        ref("R1", npi=npi, event="I13"),
    )
    batch = IntakeBatch.objects.get()
    told = {
        name: getattr(batch, f"rows_{name}")
        for name in ("read", "new", "changed", "same", "refused", "waiting")
    }
    assert told == {"read": 5, "new": 1, "changed": 1, "same": 1, "refused": 1, "waiting": 1}


def test_after_a_file_the_next_message_is_the_later_word(npi, good, ehr):
    take(ref("R1", npi=npi), source=ehr)
    factories.ServiceLineFactory(code="ortho", name="Orthopedics")
    import_bytes(as_csv([good(service_line="ortho")]), source=ehr)
    assert Referral.objects.get().service_line.code == "ortho"
    take(ref("R1", npi=npi, event="I13", at="20260302113000-0500"), source=ehr)
    assert Referral.objects.get().service_line.code == "cardiology"


def test_a_file_that_is_undone_leaves_what_messages_told(npi, good, ehr, erin):
    """A day's messages are no file: only a later message takes one back."""
    file = import_bytes(as_csv([good(), good(external_id="R2")]), source=ehr)
    take(ref("R1", npi=npi), siu("R1", "S12", "20260302110000"), source=ehr)
    imports.undo(file, by=erin, at=NOON)
    intake.take(file.pk)
    referral = Referral.objects.get()
    assert (referral.external_id, referral.status) == ("R1", "scheduled")
    assert set(referral.events.values_list("status", flat=True)) == {"received", "scheduled"}
    with pytest.raises(CannotBeUndone):
        imports.undo(IntakeBatch.objects.latest("pk"), by=erin, at=NOON)


def test_a_local_number_waits_until_a_person_says_whose_it_is(erin, physician, npi):
    raw = ref("R1", identifier="PLN1001^SL")
    assert outcomes(raw) == ["waiting"]
    assert Hl7Message.objects.get().reason == "Physician not known"
    code = SourceCode.objects.unanswered().get()
    assert (code.kind, code.code, code.name) == ("physician", "PLN1001^SL", "Moss, Paula")
    code.physician = physician
    services.answer_code(code, by=erin)
    tasks.resolve_waiting()
    assert Referral.objects.get().physician == physician
    assert Hl7Message.objects.get().outcome == "referral"
    assert outcomes(ref("R2", identifier="PLN1001^SL")) == ["referral"]


def test_the_import_page_says_what_messages_wait_for(client, erin, dana, npi):
    for person, offered in ((erin, True), (dana, False)):
        client.force_login(person)
        assert "HL7 messages wait" not in client.get("/import/").content.decode()
        take(
            ref("R1", identifier="PLN1001^SL"),
            ref("R2", npi=factories.PhysicianFactory.build().npi),
        )
        page = client.get("/import/").content.decode()
        assert "HL7 messages wait for the meaning of 1 code and 1 physician." in page
        assert ("Say what the codes mean" in page) is offered
        ToldReferral.objects.all().delete()
        Hl7Message.objects.all().delete()
        SourceCode.objects.all().delete()


def test_an_npi_beside_a_local_number_teaches_what_it_means(npi):
    assert outcomes(ref("R1", identifier=f"PLN1001^SL~{npi}^NPI")) == ["referral"]
    assert outcomes(ref("R2", identifier="PLN1001^SL")) == ["referral"]
    assert SourceCode.objects.get().physician.npi == npi


def test_an_unknown_npi_waits_for_the_directory(catalogue, practice):
    npi = factories.PhysicianFactory.build().npi
    assert outcomes(ref("R1", npi=npi)) == ["waiting"]
    assert not SourceCode.objects.exists()
    factories.PhysicianFactory(npi=npi)
    tasks.resolve_waiting()
    assert Referral.objects.get().physician.npi == npi


def test_words_of_the_catalogue_are_asked_once_and_set_aside_for_good(erin, npi):
    assert outcomes(ref("R1", npi=npi, line="LAB^Hemogram")) == ["waiting"]
    code = SourceCode.objects.get()
    code.is_set_aside = True
    services.answer_code(code, by=erin)
    tasks.resolve_waiting()
    assert Hl7Message.objects.get().outcome == "set_aside"
    appointment = siu("R2", "S12", "20260302110000")
    assert outcomes(ref("R2", npi=npi, line="LAB^Hemogram"), appointment) == ["set aside"] * 2
    early = siu("R3", "S12", "20260302110000")
    assert outcomes(early, ref("R3", npi=npi, line="LAB^Hemogram")) == ["waiting", "set aside"]
    assert not ToldReferral.objects.waiting().exists()
    assert not Referral.objects.exists()


def test_without_a_practice_it_comes_from_where_the_physician_works(physician, npi, practice):
    raw = ref("R1", npi=npi, practice="")
    assert outcomes(raw) == ["waiting"]
    factories.AffiliationFactory(physician=Physician.objects.get(npi=npi), practice=practice)
    tasks.resolve_waiting()
    assert Referral.objects.get().practice == practice


def test_a_batch_costs_the_same_number_of_queries_as_one(npi, django_assert_max_num_queries):
    many = b"".join(ref(f"R{number}", npi=npi) for number in range(50))
    take(ref("X", npi=npi))
    with django_assert_max_num_queries(60):
        take(many)
    assert Referral.objects.count() == 51
