"""The benchmarks' own database, beside the others in the embedded server and thrown away."""

from __future__ import annotations

from liaison_crm.settings.dev import *

DEBUG = False
DATABASE_NAME = "liaison_bench"
if EMBEDDED_POSTGRES:
    DATABASES["default"]["NAME"] = DATABASE_NAME
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
STATIC_ROOT = VAR_DIR / "bench" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = HASHED_STORAGES
WHITENOISE_USE_FINDERS = False
LOGGING_CONFIG = ""  # the table is all that is said
