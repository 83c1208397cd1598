"""What the sign-in page shows in the demo and nowhere else."""

from django.conf import settings
from django.http import HttpRequest

from liaison_crm.demo.people import BUTTONS, DemoPerson


def demo_accounts(request: HttpRequest) -> dict[str, tuple[DemoPerson, ...]]:
    """One button per role; nothing outside the demo."""
    return {"demo_accounts": BUTTONS if settings.DEMO else ()}
