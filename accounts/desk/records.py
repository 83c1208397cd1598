"""The manners every screen of the admin shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.desk.bulk import BulkActions
from accounts.desk.changes import changes_of, is_tracked
from accounts.desk.export import Export
from accounts.desk.paging import LongListPaginator
from accounts.desk.removal import Removal
from liaison_crm.core.errors import DomainError, refusals_on
from liaison_crm.core.search import prefix_query, search_terms

M = TypeVar("M", bound=models.Model)


class ServedForm(forms.ModelForm[Any]):
    """A form whose rows a service writes, and which shows what the service refused.

    What is unique or must hold together is left to the services and the database: they say it
    about what will stand, the form would say it about what is typed.
    """

    is_served: ClassVar[bool] = True
    refusal: ClassVar[Exception | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_served:
            self.instance.validate_constraints = _left_to_the_service
        for name, field in self.fields.items():
            # A row of a table has no labels of its own, only the head of the column.
            label = str(field.label or name.replace("_", " ").capitalize())
            field.widget.attrs.setdefault("aria-label", label)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        with refusals_on(self):
            if self.refusal:
                raise self.refusal
        return cleaned

    def validate_unique(self) -> None:
        if not self.is_served:
            super().validate_unique()


def _left_to_the_service(exclude: object = None) -> None:
    pass


class RecordForm(ServedForm):
    """The form of a whole record. It refuses to write over what somebody else changed."""

    is_served = False
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = version_of(self.instance)

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if version != self.initial["version"]:
            raise ValidationError(
                "Somebody changed this record while you were. Look at its history, then load the "
                "page again."
            )
        return version


def version_of(row: models.Model) -> str:
    at = getattr(row, "updated_at", None)
    return at.isoformat() if row.pk and at else ""


class RecordAdmin(Export, BulkActions, Removal, admin.ModelAdmin[M]):
    """A screen of records: quick on long tables, with a history, saved through services."""

    form = RecordForm
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    paginator = LongListPaginator
    # A column with the words of the row; a search then takes prefixes of words from it.
    search_vector = ""
    # Relations whose changes belong to the story of this record.
    history_with: ClassVar[tuple[str, ...]] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[M], search_term: str
    ) -> tuple[models.QuerySet[M], bool]:
        try:
            terms = search_terms(search_term)
        except ValidationError as mistake:
            messages.error(request, " ".join(mistake.messages))
            return queryset.none(), False
        if self.search_vector and terms:
            return queryset.filter(**{self.search_vector: prefix_query(terms)}), False
        return super().get_search_results(request, queryset, " ".join(terms))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A value that its column cannot take is a wrong filter like any other."""
        try:
            return super().get_changelist_instance(request)
        except ValueError as mistake:
            raise IncorrectLookupParameters(mistake) from mistake

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[M], *rest: Any
    ) -> Any:
        for pk in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(pk)
            except ValidationError as mistake:
                raise BadRequest("A selected row is no row.") from mistake
        return super().response_action(request, queryset, *rest)

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[M]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        body: dict[str, Any] = {"refusal": getattr(request, "refusal", None)}
        if (
            change
            and hasattr(self.model, "updated_at")
            and self.has_change_permission(request, obj)
        ):
            body["version"] = forms.CharField(widget=forms.HiddenInput, required=False)
        return type(form.__name__, (form,), body)

    def get_fieldsets(self, request: HttpRequest, obj: M | None = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        is_edited = obj is not None and self.has_change_permission(request, obj)
        if is_edited and "version" not in flatten_fieldsets(fieldsets):
            fieldsets.append((None, {"fields": ("version",), "classes": ("hidden",)}))
        return fieldsets

    def get_fields(self, request: HttpRequest, obj: M | None = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "version"]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """What a service refuses while saving is rolled back and shown on the same form."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (DomainError, ValidationError, IntegrityError) as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # the form reads it
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed which field when, from the history that every write leaves."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            messages.warning(request, f"There is no such {self.opts.verbose_name}.")
            return redirect("admin:index")
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "subtitle": str(record),
            "opts": self.opts,
            "object": record,
            "is_tracked": is_tracked(self.model),
            "changes": changes_of(record, also=self.history_with),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/record_history.html", context)


class ReadOnlyAdmin(RecordAdmin[M]):
    """Rows that the system writes: to be looked at and exported."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class ServiceAdmin(RecordAdmin[M]):
    """Records that only services write. A subclass says which: `add_record`, `edit_record`."""

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[M]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"is_served": True})

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> M:
        raise NotImplementedError

    def edit_record(self, request: HttpRequest, row: M, facts: dict[str, Any]) -> None:
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Give the service a fresh row: the form has already written on the one it showed."""
        facts = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        if change:
            changed = {name: facts[name] for name in form.changed_data if name in facts}
            if changed:
                self.edit_record(request, self.model._default_manager.get(pk=obj.pk), changed)
            return
        made = self.add_record(request, facts)
        obj.pk = made.pk
        obj._state.adding = False

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool
    ) -> None:
        """Many-to-many columns are facts like any other: the service has written them."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows that belong to the record are written where a subclass says so, or elsewhere."""
        saved_nothing(formset)


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    """Rows that belong to a record and are written elsewhere."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def saved_nothing(formset: Any) -> None:
    """What the admin's log of changes expects of a formset that services saved."""
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
