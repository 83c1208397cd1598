"""Invented notes as liaisons type them: half name a patient in some way, half only look like it.

Names come from Faker's lists, which the rules have never seen; sentences from the two lists of
`notes_with.py` and `notes_without.py`. Nobody in them exists.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from faker.providers.person.en_US import Provider as Names

from benchmarks import notes_with, notes_without

SLOT = re.compile(r"\{(\w+)\}")
TODAY = date(2026, 11, 24)
MOST_MISSPELT = 0.3


@dataclass(frozen=True)
class Note:
    text: str
    names_a_patient: bool


def make_notes(count: int, *, seed: int) -> Iterator[Note]:
    """Half of them with a patient's identity, in an order of chance."""
    writer = Writer(random.Random(seed))
    kinds = [number % 2 == 0 for number in range(count)]
    writer.chance.shuffle(kinds)
    for names_a_patient in kinds:
        yield Note(writer.note(names_a_patient), names_a_patient)


class Writer:
    """Fills the sentences and types them as people do on a phone."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def note(self, names_a_patient: bool) -> str:
        chance = self.chance
        around = chance.choices((0, 1, 2, 3), (4, 4, 2, 1))[0]
        sentences = [self.filled(chance.choice(notes_without.SENTENCES)) for _ in range(around)]
        pool = notes_with.SENTENCES if names_a_patient else notes_without.SENTENCES
        told = self.filled(chance.choice(pool))
        sentences.insert(chance.randint(0, len(sentences)), told)
        joint = chance.choice((" ", " ", " ", "\n", "  ", " "))
        return self.typed(joint.join(sentences))

    def filled(self, sentence: str) -> str:
        """Every slot its own value; `{her}` and the like agree with nobody, as in life."""
        chosen = self.chance.choice(sentence.split(" || "))
        return SLOT.sub(lambda slot: getattr(self, slot[1])(), chosen)

    def typed(self, text: str) -> str:
        chance = self.chance
        if chance.random() < MOST_MISSPELT:
            text = self._misspelt(text)
        style = chance.random()
        if style < 0.13:
            text = text.lower()
        elif style < 0.16:
            text = text.upper()
        if chance.random() < 0.2:
            text = text.rstrip(".!")
        if chance.random() < 0.05:
            text = text.replace("'", "’").replace(" - ", " — ")
        return text

    def _misspelt(self, text: str) -> str:
        """One or two slips in words, never in figures: what is told stays told."""
        words = text.split(" ")
        long_words = [i for i, word in enumerate(words) if word.isalpha() and len(word) > 4]
        for place in self.chance.sample(long_words, min(len(long_words), 2)):
            words[place] = self._slip(words[place])
        return " ".join(words)

    def _slip(self, word: str) -> str:
        at = self.chance.randrange(1, len(word) - 1)
        match self.chance.randrange(4):
            case 0:
                return word[:at] + word[at + 1 :]
            case 1:
                return word[:at] + word[at] + word[at:]
            case 2:
                return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            case _:
                return word[:at] + self.chance.choice(string.ascii_lowercase) + word[at + 1 :]

    # --- People ---

    def first(self) -> str:
        return self._weighted(
            self.chance.choice((Names.first_names_female, Names.first_names_male))
        )

    def last(self) -> str:
        return self._weighted(Names.last_names)

    def _weighted(self, names: dict[str, float]) -> str:
        return self.chance.choices(list(names), list(names.values()))[0]

    def full(self) -> str:
        middle = f" {self.letter()}{self.chance.choice(('.', ''))}"
        return f"{self.first()}{middle if self.chance.random() < 0.15 else ''} {self.last()}"

    def last_first(self) -> str:
        return f"{self.last()}, {self.first()}"

    def letter(self) -> str:
        return self.chance.choice("ABCDEFGHJKLMNPRSTW")

    def initials(self) -> str:
        a, b = self.letter(), self.letter()
        return self.chance.choice((f"{a}{b}", f"{a}.{b}.", f"{a}. {b}.", f"{a}{b}."))

    def title(self) -> str:
        return self.chance.choice(("Mrs.", "Mr.", "Ms.", "Mrs", "Mr", "Ms", "Miss"))

    def doctor(self) -> str:
        last = self.last()
        return self.chance.choice(
            (f"Dr. {last}", f"Dr {last}", f"Dr. {self.first()} {last}", f"{self.full()}, MD",
             f"{self.full()} MD", f"{self.full()}, NP", f"{self.full()}, PA-C", f"Dr. {last}",
             f"Dr {last}", f"{self.full()} DO")
        )  # fmt: skip

    def staff(self) -> str:
        return self.chance.choice((self.first(), self.first(), self.full()))

    def role(self) -> str:
        return self.chance.choice(
            ("front desk", "office manager", "referral coordinator", "scheduler", "MA", "nurse",
             "practice manager", "receptionist", "biller", "triage nurse", "check-in desk")
        )  # fmt: skip

    def relative(self) -> str:
        return self.chance.choice(("daughter", "son", "wife", "husband", "mom", "sister", "father"))

    # --- Days ---

    def birthday(self) -> date:
        return date(1930, 1, 1) + timedelta(days=self.chance.randrange(365 * 88))

    def birth_date(self) -> str:
        day, chance = self.birthday(), self.chance
        mark = chance.choice("///-.")
        month, year = f"{day:%B}", day.year
        return chance.choice(
            (f"{day.month}{mark}{day.day}{mark}{year}", f"{day.month}/{day.day}/{year}",
             f"{day:%m}{mark}{day:%d}{mark}{year}", f"{day:%m/%d/%Y}",
             f"{day.month}{mark}{day.day}{mark}{day:%y}", f"{day:%m}/{day:%d}/{day:%y}",
             f"{month} {day.day}, {year}", f"{month[:3]} {day.day} {year}",
             f"{day.day} {month[:3]} {year}", f"{day.isoformat()}", f"{month[:3]}. {day.day}, {year}",
             f"{day:%m%d%Y}")
        )  # fmt: skip

    def old_birth_date(self) -> str:
        """Of somebody who is grown up, and with the year in full: told as such without a word."""
        day = date(1930, 1, 1) + timedelta(days=self.chance.randrange(365 * 70))
        return self.chance.choice(
            (f"{day.month}/{day.day}/{day.year}", f"{day:%m/%d/%Y}", f"{day:%m-%d-%Y}",
             f"{day:%B} {day.day}, {day.year}", f"{day.isoformat()}")
        )  # fmt: skip

    def age(self) -> str:
        return str(self.chance.randint(1, 96))

    def aged(self) -> str:
        forms = ("{}yo", "{} yo", "{} y/o", "{}y/o", "{} year old", "{} yr old", "{}-year-old")
        return self.chance.choice(forms).format(self.age())

    def visit_date(self) -> str:
        day = TODAY + timedelta(days=self.chance.randint(-120, 120))
        return self.chance.choice(
            (f"{day.month}/{day.day}", f"{day:%b} {day.day}", f"{day:%B} {day.day}",
             f"{day.month}/{day.day}/{day:%y}", f"{day.month}/{day.day}/{day.year}",
             f"{day:%A}", f"{day:%a} {day.month}/{day.day}", f"{day.month}-{day.day}",
             f"{day.isoformat()}", f"the {day.day}th", f"{day:%A}")
        )  # fmt: skip

    def past_year(self) -> str:
        return str(self.chance.randint(1978, 2025))

    def clock(self) -> str:
        hour, minute = self.chance.randint(1, 12), self.chance.choice(("", ":30", ":15", ":45"))
        return f"{hour}{minute}{self.chance.choice((' am', ' pm', 'am', 'pm', ''))}"

    # --- Numbers ---

    def digits(self, count: int) -> str:
        return "".join(self.chance.choice(string.digits) for _ in range(count))

    def phone(self) -> str:
        area, middle, line = self.chance.choice(("216", "330", "440", "419")), "555", self.digits(4)
        return self.chance.choice(
            (f"{area}-{middle}-{line}", f"({area}) {middle}-{line}", f"{area}.{middle}.{line}",
             f"{area} {middle} {line}", f"{area}{middle}{line}", f"({area}){middle}-{line}")
        )  # fmt: skip

    def mrn(self) -> str:
        return self.chance.choice(
            (self.digits(7), self.digits(8), self.digits(6), f"00{self.digits(6)}",
             f"E{self.digits(7)}", f"{self.digits(3)}-{self.digits(4)}",
             f"{self.digits(2)}-{self.digits(2)}-{self.digits(3)}")
        )  # fmt: skip

    def member_id(self) -> str:
        return self.chance.choice(
            (f"W{self.digits(9)}", f"XJB{self.digits(9)}", self.digits(10), self.digits(9),
             f"{self.letter()}{self.letter()}{self.letter()}{self.digits(8)}")
        )  # fmt: skip

    def ssn(self) -> str:
        return f"{self.digits(3)}-{self.digits(2)}-{self.digits(4)}"

    def mbi(self) -> str:
        chance = self.chance
        letter = "ACDEFGHJKMNPQRTUVWXY"
        return (
            f"{chance.randint(1, 9)}{chance.choice(letter)}{chance.choice(letter)}{self.digits(1)}-"
            f"{chance.choice(letter)}{chance.choice(letter)}{self.digits(1)}-"
            f"{chance.choice(letter)}{chance.choice(letter)}{self.digits(2)}"
        )

    def count(self) -> str:
        return str(self.chance.choice((2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60, 120, 400)))

    def big(self) -> str:
        return self.chance.choice((f"{self.chance.randint(1, 9)},{self.digits(3)}", self.digits(4)))

    def npi(self) -> str:
        return f"1{self.digits(9)}"

    def ticket(self) -> str:
        return self.digits(self.chance.choice((4, 5, 6)))

    def zip_code(self) -> str:
        return f"44{self.digits(3)}"

    def house(self) -> str:
        return str(self.chance.randint(11, 29999))

    def street(self) -> str:
        name = self.chance.choice(
            ("Main", "Pearl", "Detroit", "Lake", "Center Ridge", "W 25th", "Euclid", "Mayfield")
        )
        return f"{name} {self.chance.choice(('St', 'Ave', 'Rd', 'Road', 'Street', 'Blvd', 'Dr'))}"

    def town(self) -> str:
        return self.chance.choice(
            ("Parma", "Akron", "Lorain", "Medina", "Elyria", "Mentor", "Lakewood", "Strongsville")
        )

    def clinic(self) -> str:
        return self.chance.choice(
            ("Parma Family Medicine", "Lakeshore Internal Medicine", "Ridge Road Pediatrics",
             "Cuyahoga Heart Associates", "Westlake Primary Care", "St. John Clinic",
             "Jordan Creek Clinic", "Marymount Medical", "Grace Family Practice")
        )  # fmt: skip

    def service(self) -> str:
        return self.chance.choice(
            ("echo", "MRI", "cardiology", "ortho", "joint replacement", "stress test", "GI", "neuro",
             "colonoscopy", "imaging", "oncology", "sleep study", "spine", "vascular", "ENT")
        )  # fmt: skip

    def web_name(self) -> str:
        return f"{self.first()}.{self.last()}".lower().replace(" ", "")
