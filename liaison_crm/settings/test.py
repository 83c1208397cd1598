"""For pytest: a cluster of its own that may forget at a power cut, quick password hashes."""

from __future__ import annotations

import base64

from liaison_crm.embedded.places import locate
from liaison_crm.settings import base
from liaison_crm.settings.base import *

DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, *DEVELOPMENT_APPS]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECRET_KEY = "only-for-tests-" + "x" * 50
PATIENT_KEY = base64.b64encode(bytes(range(32))).decode()
MESSAGE_KEY = base64.b64encode(bytes(range(32, 64))).decode()
if base.EMBEDDED_POSTGRES is not None:
    EMBEDDED_POSTGRES = locate(base.VAR_DIR, "test-postgres", durable=False)
    DATABASES = {"default": base.embedded_database(EMBEDDED_POSTGRES)}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# WhiteNoise warns of a folder that is not there, and warnings are errors here.
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
# Tests knock more often than anybody may.
OPEN_LIMITS = dict.fromkeys(base.OPEN_LIMITS, (100_000, 60))
