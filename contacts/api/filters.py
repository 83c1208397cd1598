"""What lists of the directory may be narrowed by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import django_filters
from django.db.models import Q, QuerySet

from contacts.corrections.kinds import Kind
from contacts.corrections.querysets import ChangeRequestQuerySet
from contacts.models import (
    Affiliation,
    ChangeRequest,
    Organization,
    Physician,
    Practice,
    Specialty,
    StaffMember,
)
from contacts.querysets import AffiliationQuerySet
from liaison_crm.core.api.filters import (
    DayFilter,
    FlagFilter,
    IdFilter,
    SearchFilter,
    SinceFilter,
    StrictFilterSet,
    WordFilter,
)
from liaison_crm.core.periods import site_today
from liaison_crm.core.search import prefix_query


class SearchedFilter(StrictFilterSet):
    """Looks for words in the row's search vector."""

    q = SearchFilter(method="with_words", help_text="Words, or their beginnings, in any order.")

    def with_words(
        self, rows: QuerySet[Physician], _name: str, terms: Sequence[str]
    ) -> QuerySet[Physician]:
        return rows.filter(search=prefix_query(terms)) if terms else rows


class NamesFilter(StrictFilterSet):
    """Looks for words anywhere in a short list of names."""

    q = SearchFilter(method="with_names", help_text="Parts of the name, in any order.")

    def with_names(
        self, rows: QuerySet[Organization], _name: str, terms: Sequence[str]
    ) -> QuerySet[Organization]:
        return rows.filter(*(Q(name__icontains=term) for term in terms))


class SpecialtiesFilter(NamesFilter):
    taxonomy_code = django_filters.CharFilter()

    class Meta:
        model = Specialty
        fields: tuple[str, ...] = ()


class OrganizationsFilter(NamesFilter):
    network = WordFilter(words=Organization.Network.values)
    parent = IdFilter(field_name="parent_id")
    updated_since = SinceFilter()


class PhysiciansFilter(SearchedFilter):
    npi = django_filters.CharFilter()
    status = WordFilter(words=Physician.Status.values)
    specialty = IdFilter(field_name="primary_specialty_id", help_text="The primary one.")
    practice = IdFilter(method="at_practice", help_text="Works there today.")
    updated_since = SinceFilter()

    def at_practice(
        self, rows: QuerySet[Physician], _name: str, practice: int
    ) -> QuerySet[Physician]:
        here = Affiliation.objects.visible_to(self.viewer).current(site_today())
        return rows.filter(pk__in=here.filter(practice=practice).values("physician"))


class PracticesFilter(SearchedFilter):
    organization = IdFilter(field_name="organization_id")
    territory = IdFilter(method="in_territory")
    zip_code = django_filters.CharFilter()
    county = django_filters.CharFilter(field_name="county_fips", help_text="FIPS code.")
    state = django_filters.CharFilter()
    is_open = FlagFilter(field_name="closed_on", lookup_expr="isnull")
    updated_since = SinceFilter()

    def in_territory(
        self, rows: QuerySet[Practice], _name: str, territory: int
    ) -> QuerySet[Practice]:
        """Which practices are in Unassigned is as little known as that territory itself."""
        inside = rows.filter(territory=territory)
        if self.viewer.sees_all_territories:
            return inside
        return inside.filter(territory__is_unassigned=False)


class AffiliationsFilter(StrictFilterSet):
    physician = IdFilter(field_name="physician_id")
    practice = IdFilter(field_name="practice_id")
    role = WordFilter(words=Affiliation.Role.values)
    is_primary = FlagFilter()
    on = DayFilter(method="in_force", help_text="In force on that day.")
    updated_since = SinceFilter()

    def in_force(self, rows: AffiliationQuerySet, _name: str, day: date) -> QuerySet[Affiliation]:
        return rows.current(day)


class StaffFilter(SearchedFilter):
    practice = IdFilter(field_name="practice_id")
    job = WordFilter(words=StaffMember.Job.values)
    books_referrals = FlagFilter()
    is_working = FlagFilter(field_name="left_on", lookup_expr="isnull")
    updated_since = SinceFilter()


class TerritoriesFilter(NamesFilter):
    updated_since = SinceFilter()


class CorrectionsFilter(StrictFilterSet):
    practice = IdFilter(field_name="practice_id")
    physician = IdFilter(field_name="physician_id")
    kind = WordFilter(words=Kind.values)
    state = WordFilter(words=ChangeRequest.State.values)
    mine = FlagFilter(method="of_mine", help_text="Those you proposed.")
    updated_since = SinceFilter()

    def of_mine(
        self, rows: ChangeRequestQuerySet, _name: str, mine: bool
    ) -> QuerySet[ChangeRequest]:
        return rows.filter(by=self.viewer) if mine else rows.exclude(by=self.viewer)
