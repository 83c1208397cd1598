"""What lists of referrals, imports and volumes may be narrowed by."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet

from contacts.models import Organization
from liaison_crm.core.api.filters import (
    DayFilter,
    FlagFilter,
    IdFilter,
    MonthFilter,
    StrictFilterSet,
    WordFilter,
    WordsFilter,
)
from liaison_crm.core.periods import EARLIEST, LATEST, DateRange, Month
from referrals.by_hand.models import HandReferralQuerySet
from referrals.models import HandReferral, IntakeBatch, Referral, Status
from referrals.reports import GROUPINGS, Narrowing

Network = Organization.Network
FIRST_MONTH, LAST_MONTH = Month.of(EARLIEST), Month.of(LATEST)
NETWORKS = {"in": (Network.OWN, Network.IN_NETWORK), "out": (Network.FRIENDLY, Network.COMPETITOR)}


class ReferralsFilter(StrictFilterSet):
    ranges = (("referred_from", "referred_to"),)

    source = IdFilter(field_name="source_id")
    external_id = django_filters.CharFilter()
    practice = IdFilter(field_name="practice_id")
    physician = IdFilter(field_name="physician_id")
    service_line = IdFilter(field_name="service_line_id")
    destination = IdFilter(field_name="destination_id")
    territory = IdFilter(field_name="practice__territory_id")
    status = WordsFilter(words=Status.values)
    network = WordFilter(words=NETWORKS, method="in_network", help_text="Of the destination.")
    referred_from = DayFilter(field_name="referred_on", lookup_expr="gte")
    referred_to = DayFilter(field_name="referred_on", lookup_expr="lte", help_text="Included.")

    def in_network(self, rows: QuerySet[Referral], _name: str, which: str) -> QuerySet[Referral]:
        return rows.filter(destination__network__in=NETWORKS[which])


class HandReferralsFilter(StrictFilterSet):
    practice = IdFilter(field_name="practice_id")
    physician = IdFilter(field_name="physician_id")
    taken_by = IdFilter(field_name="taken_by_id")
    standing = FlagFilter(method="which_stand", help_text="Not taken back.")
    told = FlagFilter(
        method="which_are_told", help_text="Whether a feed tells of one that may be the same."
    )

    def which_stand(
        self, rows: QuerySet[HandReferral], _name: str, wanted: bool
    ) -> QuerySet[HandReferral]:
        return rows.filter(taken_back_at__isnull=wanted)

    def which_are_told(
        self, rows: HandReferralQuerySet, _name: str, wanted: bool
    ) -> QuerySet[HandReferral]:
        return rows.told_by_feeds(wanted)


class ImportsFilter(StrictFilterSet):
    source = IdFilter(field_name="source_id")
    state = WordFilter(words=IntakeBatch.State.values)


class VolumesFilter(StrictFilterSet):
    """What is asked about; the report does the rest."""

    ranges = (("from_month", "to_month"),)

    group_by = WordsFilter(words=GROUPINGS, method="nothing")
    from_month = MonthFilter(method="nothing")
    to_month = MonthFilter(method="nothing", help_text="Included.")
    practice = IdFilter(method="nothing")
    physician = IdFilter(method="nothing")
    service_line = IdFilter(method="nothing")
    destination = IdFilter(method="nothing")
    territory = IdFilter(method="nothing", help_text="Of the practice, as of today.")

    def nothing(self, rows: QuerySet[Referral], _name: str, _value: object) -> QuerySet[Referral]:
        return rows

    @property
    def group_by_asked(self) -> tuple[str, ...]:
        return self.form.cleaned_data["group_by"] or ("month",)

    @property
    def months(self) -> DateRange:
        """Open ends reach as far as dates do here."""
        first, last = (self.form.cleaned_data[end] for end in ("from_month", "to_month"))
        return DateRange.of_months(first or FIRST_MONTH, last or LAST_MONTH)

    @property
    def narrowing(self) -> Narrowing:
        names = ("practice", "physician", "service_line", "destination", "territory")
        return Narrowing(**{name: self.form.cleaned_data[name] for name in names})
