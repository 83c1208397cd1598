"""Messages a sender could send, written by hand, and a short way to take them."""

from __future__ import annotations

from datetime import datetime

from referrals.hl7 import services
from referrals.hl7.receiving import outcome
from referrals.hl7.storing import Door, Read
from tests import factories

CR = "\r"
PATIENT = "PID|1||MRN-77123^^^EHR^MR||Everyman^Adam||19610615|M|||1 Elm St^^Parma^OH^44129"


def msh(kind: str, control_id: str, at: str = "20260302103000-0500", **told: str) -> str:
    version, charset = told.get("version", "2.5.1"), told.get("charset", "")
    accepts = told.get("accepts", "|")
    return (
        f"MSH|^~\\&|EPIC|CLINIC|CRM|main|{at}||{kind}|{control_id}|{told.get('processing', 'P')}"
        f"|{version}|||{accepts}||{charset}"
    )


def ref(
    number: str,
    *,
    event: str = "I12",
    control_id: str = "",
    at: str = "20260302103000-0500",
    status: str = "P^Pending",
    npi: str = "",
    line: str = "cardiology^Cardiology",
    practice: str = "Parma Family Medicine",
    began: str = "20260301",
    **told: str,
) -> bytes:
    """A patient referral: from a physician at a practice, to the main hospital."""
    identifier = told.pop("identifier", f"{npi}^NPI")
    segments = [
        msh(f"REF^{event}^REF_I12", control_id or f"{number}-{event}-{at}", at, **told),
        f"RF1|{status}|R|{line}|||{number}^EHR|||{began}",
        f"PRD|RP|Moss^Paula|1 Oak^^Parma^OH^44129||||{identifier}|||{practice}|"
        "1 Oak^^Parma^OH^44129",
        "PRD|RT|Reed^Max||||||||main",
        PATIENT,
        "OBX|1|TX|note||a secret finding",
    ]
    return (CR.join(segments) + CR).encode(told.get("encoding", "utf-8"))


def siu(number: str, event: str, at: str, *, control_id: str = "", state: str = "") -> bytes:
    """An appointment that names the order it is for."""
    sch = ["SCH", "A1", *[""] * 23, state, number]
    header = msh(f"SIU^{event}^SIU_S12", control_id or f"{number}-{event}-{at}", at)
    return CR.join([header, "|".join(sch), PATIENT, ""]).encode()


def order(number: str, control: str, at: str, *, npi: str, kind: str = "ORM^O01") -> bytes:
    """An order of the one physician for the one service line."""
    orc = ["ORC", control, number, *[""] * 6, at, "", "", f"{npi}^Moss^Paula^^^^^^NPI"]
    orc += [*[""] * 8, "Parma Family Medicine", "1 Oak^^Parma^OH^44129"]
    obr = ["OBR", "1", number, "", "cardiology^Cardiology"]
    header = msh(kind, f"{number}-{control}-{at}", at, version="2.3")
    return CR.join([header, PATIENT, "|".join(orc), "|".join(obr), ""]).encode()


def take(*raws: bytes, at: datetime = factories.NOON, source=None, **told) -> list[Read]:
    """As if each came by itself."""
    source = source or factories.SourceFactory()
    return [
        read
        for raw in raws
        for read in services.receive(raw, source=source, door=Door.FILE, at=at, **told)
    ]


def outcomes(*raws: bytes, **told) -> list[str]:
    return [outcome(read) for read in take(*raws, **told)]
