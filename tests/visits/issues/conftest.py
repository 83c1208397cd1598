import pytest
from django.core.cache import cache

from tests import factories
from visits.issues import services
from visits.issues.models import Category


@pytest.fixture(autouse=True)
def _nobody_has_knocked():
    cache.clear()


@pytest.fixture
def doctor(northern_practice):
    """A physician of the northern practice."""
    physician = factories.PhysicianFactory(first_name="Priya", last_name="Raman")
    factories.AffiliationFactory(physician=physician, practice=northern_practice)
    return physician


@pytest.fixture
def kim(northern_practice):
    """Books the referrals at the northern practice."""
    return factories.StaffMemberFactory(practice=northern_practice, name="Kim Soto")


@pytest.fixture
def radiology(db):
    return factories.ServiceLineFactory(code="imaging", name="Imaging")


@pytest.fixture
def rosa(db):
    """Answers for the reports, and has no account."""
    return factories.OutsiderFactory(name="Rosa Diaz", email="rosa@hospital.example.org")


@pytest.fixture
def complain():
    """Builds what an office says is wrong."""

    def build(**changes):
        said = {"category": Category.REPORT_SPEED, "said": "Reports take six days", **changes}
        return services.Complaint(**said)

    return build


@pytest.fixture
def issue(ana, northern_practice, now, complain):
    """Raised by Ana, who sees to it herself, for there is no rule."""
    return services.raise_issue(northern_practice, by=ana, at=now, complaint=complain())


@pytest.fixture
def rule_to(dana):
    """Sets a rule: `rule_to(rosa, category="billing")`."""

    def build(to, **terms):
        return services.set_rule(by=dana, terms=services.RuleTerms(to=to, **terms))

    return build


@pytest.fixture
def telling(kim):
    return services.Telling(how="phone", to_staff=kim)
