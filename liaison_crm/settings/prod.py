"""In production. Whatever is missing or weak stops the start, in one plain sentence each."""

from __future__ import annotations

import base64
import binascii
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from liaison_crm.settings.base import *
from liaison_crm.settings.environment import env

SHORTEST_SECRET_KEY = 50
FEWEST_DIFFERENT_CHARACTERS = 5
KEY_BYTES = 32
A_KEY = f"{KEY_BYTES} random bytes in base64"


def required(name: str, purpose: str) -> str:
    value: str = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: {purpose}.")
    return value


def strong_secret_key() -> str:
    key = required("SECRET_KEY", "it signs sessions; 50 random characters or more")
    weak = len(key) < SHORTEST_SECRET_KEY or len(set(key)) < FEWEST_DIFFERENT_CHARACTERS
    if weak or key.startswith(("django-insecure-", "only-for-tests-")):
        raise ImproperlyConfigured("SECRET_KEY is weak: give 50 random characters or more.")
    return key


def sound_key(name: str, key: str) -> str:
    try:
        size = len(base64.b64decode(key, validate=True))
    except binascii.Error:
        size = 0
    if size != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} is not {KEY_BYTES} bytes in base64.")
    return key


def allowed_hosts() -> list[str]:
    hosts = [
        name.strip() for name in required("ALLOWED_HOSTS", "the names we answer to").split(",")
    ]
    if "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts, not *.")
    return [host for host in hosts if host]


def mail_settings() -> dict[str, Any]:
    """By SMTP as EMAIL_URL says, or through the service that MAIL_SERVICE names."""
    service: str = env.str("MAIL_SERVICE", default="").strip()
    if not service:
        return dict(env.email_url("EMAIL_URL", default="dummymail://"))
    if find_spec(f"anymail.backends.{service}") is None:
        raise ImproperlyConfigured(f"MAIL_SERVICE is {service}, which is no service we know.")
    keys = {
        name.removeprefix("ANYMAIL_"): value
        for name, value in env.ENVIRON.items()
        if name.startswith("ANYMAIL_")
    }
    return {"EMAIL_BACKEND": f"anymail.backends.{service}.EmailBackend", "ANYMAIL": keys}


if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG is on: it shows secrets to visitors and has no place here.")

IS_PRODUCTION = True
SECRET_KEY = strong_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Patient numbers are stored as a keyed hash under this key and never otherwise.
PATIENT_KEY = sound_key(
    "PATIENT_KEY", required("PATIENT_KEY", f"it hides patient numbers; {A_KEY}")
)
MESSAGE_KEY = sound_key(
    "MESSAGE_KEY", required("MESSAGE_KEY", f"it encrypts what HL7 messages said; {A_KEY}")
)
if MESSAGE_KEY == PATIENT_KEY:
    raise ImproperlyConfigured("MESSAGE_KEY must not be PATIENT_KEY: it may have to change.")
MESSAGE_KEY_FALLBACKS = [sound_key("MESSAGE_KEY_FALLBACKS", key) for key in MESSAGE_KEY_FALLBACKS]
ALLOWED_HOSTS = allowed_hosts()
required("DATABASE_URL", "the PostgreSQL to use, postgres://user:password@host:5432/name")
required("REDIS_URL", "the Redis that carries background work, redis://host:6379/0")

# --- HTTPS only. The proxy ends TLS and says so; gunicorn believes FORWARDED_ALLOW_IPS alone. ---
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"

STORAGES = HASHED_STORAGES

SITE_URL = env.str("SITE_URL", default="").rstrip("/") or f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
vars().update(mail_settings())
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"no-reply@{ALLOWED_HOSTS[0]}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
