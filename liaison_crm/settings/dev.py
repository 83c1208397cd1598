"""On a developer's machine: everything works with nothing else installed."""

from __future__ import annotations

from liaison_crm.embedded.keeping import kept, new_key
from liaison_crm.logs import logging_to_stderr
from liaison_crm.settings.base import *

DEBUG = True
INSTALLED_APPS = [*INSTALLED_APPS, *DEVELOPMENT_APPS]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SECRET_KEY = kept(VAR_DIR / "secrets" / "secret_key", new_key)
# Patient numbers are stored as a keyed hash under this key and never otherwise.
PATIENT_KEY = kept(VAR_DIR / "secrets" / "patient_key", new_key)
# What HL7 messages said is stored encrypted under this key and never otherwise.
MESSAGE_KEY = kept(VAR_DIR / "secrets" / "message_key", new_key)
LOGGING = logging_to_stderr("PlainLines")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
