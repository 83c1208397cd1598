"""What messages of a source wait for."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from liaison_crm.core.wording import count_of, sentence
from referrals.hl7.models import SourceCode, ToldReferral


@dataclass(frozen=True)
class Questions:
    """Codes nobody answered yet, and physicians by NPI whom the directory does not know."""

    codes: int
    physicians: int

    @property
    def headline(self) -> str:
        """Nothing if no message waits for anybody."""
        counts = ((self.codes, "code"), (self.physicians, "physician"))
        asked = [count_of(count, noun) for count, noun in counts if count]
        return f"HL7 messages wait for the meaning of {sentence(asked)}" if asked else ""


def questions(viewer: User) -> Questions:
    codes = SourceCode.objects.visible_to(viewer).unanswered().count()
    unknown = ToldReferral.objects.visible_to(viewer).waiting().exclude(physician_npi="")
    unknown = unknown.filter(missing=ToldReferral.Missing.PHYSICIAN)
    return Questions(codes, unknown.values("physician_npi").distinct().count())
