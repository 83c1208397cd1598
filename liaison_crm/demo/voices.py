"""What some offices said by the cards their liaisons left."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from liaison_crm.demo.directory import Market, Office
from visits.voice.models import VoiceAnswer, VoiceLink

CARDS = 14
WORDS = {
    "good": ("Quick answer, thank you", "Easy with the portal", "Report the same day", ""),
    "ok": ("Fine, but long on hold", "Two calls for one slot", ""),
    "bad": ("Nobody called us back", "Three weeks for a report"),
}


def build_voices(market: Market, *, now: datetime) -> None:
    """A few cards in each hand, some answers by each, and a bad one where the echo reports are
    slow. Chance of its own, so that the rest of the market stays as it is."""
    rng = Random(7)
    heart = market.office_named("Cuyahoga Heart Associates")
    owned = [one for one in market.offices if one.owner and one is not heart]
    owned = [one for one in owned if one.practice.is_open]
    answers = [_answer(_card(heart, now), "bad", "Echo reports took six days again", now, days=3)]
    for office in rng.sample(owned, CARDS):
        card = _card(office, now)
        for _ in range(rng.randint(1, 4)):
            face = rng.choices(list(WORDS), (6, 3, 1))[0]
            word = rng.choice(WORDS[face])
            answers.append(_answer(card, face, word, now, days=rng.randint(4, 110)))
    VoiceAnswer.objects.bulk_create(answers)


def _card(office: Office, now: datetime) -> VoiceLink:
    assert office.owner is not None  # cards are left by whoever owns the territory
    made = now - timedelta(days=120)
    return VoiceLink.objects.create(
        practice=office.practice,
        made_by=office.owner,
        made_at=made,
        expires_at=made + timedelta(days=180),
    )


def _answer(card: VoiceLink, face: str, word: str, now: datetime, *, days: int) -> VoiceAnswer:
    return VoiceAnswer(
        link=card,
        practice=card.practice,
        face=face,
        word=word,
        answered_at=now - timedelta(days=days),
    )
