"""What is the same everywhere. The environment is read in this package and nowhere else.

background.py holds Celery and the timetable, environment.py what both build on.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django_stubs_ext
import pghistory
from csp.constants import NONE, SELF
from django_guid.integrations import CeleryIntegration
from pgtrigger.core import Statement

from liaison_crm.embedded.configuration import PORT
from liaison_crm.embedded.places import Cluster, locate
from liaison_crm.logs import logging_to_stderr
from liaison_crm.settings.background import *
from liaison_crm.settings.environment import *

# Lets classes like ModelAdmin name their model at run time as they do for mypy.
django_stubs_ext.monkeypatch()

DEBUG = False
IS_PRODUCTION = False
# True only in settings/demo.py: buttons on the sign-in page let anybody in.
DEMO = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "liaison_crm.urls"
WSGI_APPLICATION = "liaison_crm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "visits",
    "referrals",
    "contacts",
    "accounts",
    "liaison_crm.demo",
    "liaison_crm",
    "accounts.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "pgtrigger",
    "pghistory",
    "django_htmx",
    "template_partials",
    "django_guid",
    "csp",
    "anymail",
]
# These watch over migrations and come with requirements-dev.txt; a site runs without them.
DEVELOPMENT_APPS = [
    name for name in ("django_linear_migrations", "django_migration_linter") if find_spec(name)
]
MIGRATION_LINTER_OPTIONS = {
    "include_apps": ["accounts", "contacts", "referrals", "visits"],
    # Of the first release, so they only ever meet empty tables; the last makes its constraint of an
    # index that was built beside the readers.
    "ignore_name": [
        "0003_handovers_tokens_last_admin",
        "0002_counting_and_marks",
        "0004_months_first",
    ],
    "no_cache": True,
}

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "liaison_crm.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    "liaison_crm.middleware.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "liaison_crm.health.probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimits",
    "liaison_crm.middleware.whose_page",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.LocalTime",
    "django.contrib.messages.middleware.MessageMiddleware",
    "liaison_crm.outbox.answer_the_outbox",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liaison_crm.demo.context.demo_accounts",
                "liaison_crm.core.navigation.navigation",
                "visits.notices.context.unseen_notices",
            ],
        },
    },
]

# --- Language and time: stored in UTC, shown in the person's zone, counted in the site's. ---
LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Mail ---
# Where links in a mail lead.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
# When the day's and the week's mail leave, on each person's own clock.
DIGEST_AT = env.str("DIGEST_AT", default="07:00")

# --- Referrals ---
# The nightly run, in the site's time zone.
ROLLUP_AT = env.str("ROLLUP_AT", default="02:30")
# From so many days after its end on, a change to a month's counts is recorded as a restatement.
MONTH_CLOSES_AFTER_DAYS = env.int("MONTH_CLOSES_AFTER_DAYS", default=30)
# What a file sent through the web may hold; the command line has no limit.
IMPORT_MAX_ROWS = 1_000_000
IMPORT_MAX_BYTES = 100 * 1024 * 1024
# Files of referrals on their way in, patient numbers already replaced by their keyed hash.
UPLOAD_DIR = VAR_DIR / "uploads"
# How long what an HL7 message said is kept, and how long it may wait for what it speaks of.
MESSAGE_KEEP_DAYS = env.int("MESSAGE_KEEP_DAYS", default=30)
MESSAGE_WAIT_DAYS = env.int("MESSAGE_WAIT_DAYS", default=365)
MESSAGE_KEY_FALLBACKS: list[str] = env.list("MESSAGE_KEY_FALLBACKS", default=[])

# --- Database ---
DATABASE_NAME = "liaison_crm"
STATEMENT_TIMEOUTS = {"web": "15s", "worker": "30min", "command": "0"}
LOCK_TIMEOUTS = {"web": "3s", "worker": "30s", "command": "0"}
IDLE_TIMEOUTS = {"web": "30s", "worker": "5min", "command": "0"}

# A database that falls silent is given up: while it is called, while it should confirm what it
# was sent, and while its answer is waited for.
REACH_LIMITS = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 3_000,  # milliseconds; Linux alone knows it
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


def database(connection: dict[str, Any]) -> dict[str, Any]:
    """A database as this process should use it: kept open, checked, waited for with a limit."""
    timeouts = {
        "statement_timeout": STATEMENT_TIMEOUTS[ROLE],
        "lock_timeout": LOCK_TIMEOUTS[ROLE],
        "idle_in_transaction_session_timeout": IDLE_TIMEOUTS[ROLE],
        # A process that was killed frees its locks by then, even in the middle of a long statement.
        "client_connection_check_interval": "2s" if sys.platform == "linux" else "0",
    }
    settings = " ".join(f"-c {name}={value}" for name, value in timeouts.items())
    return {
        **connection,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**REACH_LIMITS, "options": settings, **connection.get("OPTIONS", {})},
    }


def embedded_database(cluster: Cluster) -> dict[str, Any]:
    return database(
        {"NAME": DATABASE_NAME, "USER": "postgres", "HOST": str(cluster.socket_dir), "PORT": PORT}
    )


# Set when an embedded server is used; the entry points start it. See liaison_crm.embedded.
EMBEDDED_POSTGRES: Cluster | None = None
if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": database(env.db("DATABASE_URL"))}
else:
    EMBEDDED_POSTGRES = locate(VAR_DIR, "postgres", durable=True)
    DATABASES = {"default": embedded_database(EMBEDDED_POSTGRES)}

# --- Cache: Redis when there is one. Sessions are rows, so emptying it signs nobody out. ---
CACHE_URL = env.str("CACHE_URL", default=REDIS_URL)
if CACHE_URL:
    CACHES = {
        "default": {
            "BACKEND": "liaison_crm.cache.ForgetfulRedisCache",
            "LOCATION": CACHE_URL,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
            "KEY_PREFIX": "liaison_crm",
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Sign-in ---
AUTH_USER_MODEL = "accounts.User"
# How many proxies of ours stand in front and append to X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_ADAPTER = "accounts.adapters.SignIn"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
    "change_password": "accounts.forms.NewPasswordForm",
    "reset_password_from_key": "accounts.forms.PasswordFromLinkForm",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,5/h/key"}
MFA_ADAPTER = "accounts.adapters.SecondFactor"
# An address is an admin's word, so nobody has to prove his before he adds a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Liaison CRM"
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "accounts.http.email_tried"
AXES_CLIENT_IP_CALLABLE = "accounts.http.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.adapters.locked_out"
# Our own access log keeps what axes would.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# Refused sign-ins from one address in a minute, and from everywhere in ten, before an alarm.
SIGN_INS_PER_ADDRESS = 30
SIGN_IN_ALARM = 100
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=15))
SESSION_LONGEST = timedelta(hours=12)
SESSIONS_AT_ONCE = 5
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# --- Headers: one policy for every page, the admin included. ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
CSRF_FAILURE_VIEW = "liaison_crm.refusals.forged"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# --- Static files ---
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Outside development: compressed, and by names that change with their content.
HASHED_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- API ---
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenSignIn",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["liaison_crm.core.api.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "liaison_crm.core.api.schema.StrictSchema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": [
        "liaison_crm.core.api.throttles.EveryRequest",
        "liaison_crm.core.api.throttles.Writes",
    ],
    "EXCEPTION_HANDLER": "liaison_crm.core.api.errors.refuse",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# How many requests of a person in how many seconds.
API_LIMITS = {
    "every": (env.int("API_REQUESTS_A_MINUTE", default=3000), 60),
    "write": (env.int("API_WRITES_A_MINUTE", default=600), 60),
}
# The same for pages that need no account: requests of an address, and of one link.
OPEN_LIMITS = {"address": (60, 60), "link": (120, 3600)}
# Reads of secret calendar addresses from one network address, in so many seconds.
CALENDAR_LIMIT = (env.int("CALENDAR_READS_A_MINUTE", default=60), 60)
SPECTACULAR_SETTINGS = {
    "TITLE": "Liaison CRM",
    "VERSION": "1",
    "DESCRIPTION": "What the pages do, for programs. Nothing is ignored: an unknown parameter or "
    "field is refused, and every refusal has one shape.",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["liaison_crm.core.api.schema.describe_refusals"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
# Its own table, which nobody would fill, stays away.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_TTL": timedelta(days=90), "AUTO_REFRESH": False}

# --- Audit: one statement-level trigger per change; the context names the person and the page. ---
PGHISTORY_LEVEL = Statement
PGHISTORY_APPEND_ONLY = True
# History is read by the record it belongs to; other indexes would only slow the loads down.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(db_index=False)
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# --- Request ids ---
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,
    "INTEGRATIONS": [CeleryIntegration(use_django_logging=True, log_parent=True)],
}

# --- Logs ---
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_to_stderr("JsonLines")
