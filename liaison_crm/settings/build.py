"""For building an image: collects the static files, knows no secret and no service."""

from __future__ import annotations

import secrets

from liaison_crm.settings.base import *

SECRET_KEY = secrets.token_urlsafe(60)
PATIENT_KEY = ""
MESSAGE_KEY = ""
STORAGES = HASHED_STORAGES
