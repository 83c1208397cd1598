"""What the directory is built on and nobody types: specialties, ZIP codes, registry loads."""

from django.contrib import admin

from accounts.desk import ReadOnlyAdmin
from contacts.models import RegistryLoad, RegistryRecord, Specialty, ZipCode


@admin.register(Specialty)
class SpecialtyAdmin(ReadOnlyAdmin[Specialty]):
    list_display = ("name", "taxonomy_code", "medicare_code")
    search_fields = ("name", "taxonomy_code")


@admin.register(ZipCode)
class ZipCodeAdmin(ReadOnlyAdmin[ZipCode]):
    list_display = ("code", "city", "state", "county_name", "county_fips")
    list_filter = ("state",)
    search_fields = ("code__startswith", "city__istartswith", "county_name__istartswith")


@admin.register(RegistryLoad)
class RegistryLoadAdmin(ReadOnlyAdmin[RegistryLoad]):
    list_display = ("started_at", "state", "observed_on", "files", "finished_at")
    list_filter = ("state",)


@admin.register(RegistryRecord)
class RegistryRecordAdmin(ReadOnlyAdmin[RegistryRecord]):
    list_display = ("npi", "changed_on", "observed_on")
    search_fields = ("npi",)
