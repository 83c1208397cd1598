"""How each kind of event reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from contacts.corrections.models import ChangeRequest
from contacts.corrections.models import Kind as Fact
from contacts.models import StaffMember
from liaison_crm.core.periods import Month
from liaison_crm.core.wording import count_of, month_name, sentence, short_day
from visits.issues.models import Category, Issue
from visits.models import Visit
from visits.reports.happening import OUTCOME_ICONS
from visits.timeline.events import Subject
from visits.voice.models import VoiceAnswer

FACE_ICONS = {
    VoiceAnswer.Face.GOOD: "smile",
    VoiceAnswer.Face.OK: "meh",
    VoiceAnswer.Face.BAD: "frown",
}


@dataclass(frozen=True, slots=True)
class Words:
    """`group` is the filter that shows this kind."""

    group: str
    read: Callable[[dict[str, Any], int, Subject], dict[str, str]]


def _visit_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    people, topics = facts["people"] or [], facts["topics"] or []
    about = f" about {sentence(topics).lower()}" if topics else ""
    if people:
        told = f"With {sentence(people)}{about}."
    else:
        told = f"About {sentence(topics).lower()}." if topics else ""
    return {
        "title": Visit.Outcome(facts["outcome"]).label,
        "icon": OUTCOME_ICONS[facts["outcome"]],
        "href": reverse("visit", args=[pk]),
        "by": facts["by"],
        "about": told,
        "said": facts["note"],
    }


def _promise_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    due = short_day(date.fromisoformat(facts["due_on"]), subject.now)
    waits = "" if facts["is_kept"] else f"Due {due}."
    return {
        "title": f"Promised: {facts['promise']}",
        "icon": "handshake",
        "by": facts["owner"],
        "about": "Dropped since." if facts["is_dropped"] else waits,
    }


def _promise_kept_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    return {
        "title": f"Kept: {facts['promise']}",
        "icon": "check",
        "by": facts["kept_by"] or "",
        "about": "" if facts["is_told"] else "The office does not know it yet.",
    }


def _issue_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    line = f", {facts['line']}" if facts["line"] else ""
    state = Issue.State(facts["state"]).label
    return {
        "title": facts["said"],
        "icon": "message-circle-warning",
        "href": reverse("issue", args=[pk]),
        "by": facts["raised_by"] or "The office",
        "about": f"{Category(facts['category']).label}{line}. {state}.",
    }


def _issue_told_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    return {
        "title": f"Told what came of it: {facts['said']}",
        "icon": "circle-check",
        "href": reverse("issue", args=[pk]),
        "by": facts["told_by"] or "",
        "said": facts["answer"],
    }


def _message_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    is_old = facts["version"] < facts["newest"]
    return {
        "title": f"Heard: {facts['message']}",
        "icon": "presentation",
        "href": reverse("message", args=[facts["message_id"]]),
        "by": facts["by"],
        "about": f"Version {facts['version']}, there is a newer one." if is_old else "",
    }


def _voice_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    face = VoiceAnswer.Face(facts["face"])
    return {
        "title": f"The last referral went: {face.label.lower()}",
        "icon": FACE_ICONS[face],
        "by": "The office",
        "about": f"{facts['line']}." if facts["line"] else "",
        "said": facts["word"],
    }


def _came_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    return _physician_there(facts, subject, "started here") | {"icon": "user-plus"}


def _went_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    return _physician_there(facts, subject, "left") | {"icon": "user-round-x"}


def _physician_there(facts: dict[str, Any], subject: Subject, what: str) -> dict[str, str]:
    """On his own page his name would say nothing; the place stands beside it."""
    if subject.kind == "physician":
        return {"title": what.capitalize()}
    return {
        "title": f"{facts['name']} {what}",
        "href": reverse("physician", args=[facts["physician"]]),
    }


def _staff_came_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    job = str(StaffMember.Job(facts["job"]).label).lower()
    return {"title": f"We know {facts['name']} now", "icon": "user-plus", "about": f"The {job}."}


def _staff_went_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    return {"title": f"{facts['name']} left", "icon": "user-round-x"}


def _correction_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    return {
        "title": f"Correction: {Fact(facts['fact']).label}",
        "icon": "pencil-line",
        "href": reverse("correction", args=[pk]),
        "by": facts["by"] or "The office",
        "about": f"{ChangeRequest.State(facts['state']).label}.",
        "said": facts["word_back"],
    }


def _referral_words(facts: dict[str, Any], pk: int, subject: Subject) -> dict[str, str]:
    month = Month.of(date.fromisoformat(facts["month"]))
    return {
        "title": f"{count_of(facts['sent'], 'referral')} in {month_name(month.start)}",
        "icon": "send",
        "href": f"{reverse('referrals')}?{subject.kind}={subject.pk}&from={month}&to={month}",
    }


WORDS: dict[str, Words] = {
    "visit": Words("visits", _visit_words),
    "promise": Words("promises", _promise_words),
    "promise_kept": Words("promises", _promise_kept_words),
    "issue": Words("issues", _issue_words),
    "issue_told": Words("issues", _issue_told_words),
    "message": Words("messages", _message_words),
    "voice": Words("voice", _voice_words),
    "came": Words("people", _came_words),
    "went": Words("people", _went_words),
    "staff_came": Words("people", _staff_came_words),
    "staff_went": Words("people", _staff_went_words),
    "correction": Words("corrections", _correction_words),
    "referrals": Words("referrals", _referral_words),
}
