"""The desk where admins keep the records: what every screen of the admin shares."""

from accounts.desk.bulk import BulkAction
from accounts.desk.records import (
    ReadOnlyAdmin,
    ReadOnlyInline,
    RecordAdmin,
    RecordForm,
    ServedForm,
    ServiceAdmin,
    saved_nothing,
)

__all__ = [
    "BulkAction",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "RecordAdmin",
    "RecordForm",
    "ServedForm",
    "ServiceAdmin",
    "saved_nothing",
]
