"""What the other settings build on, out of the environment."""

from __future__ import annotations

from pathlib import Path

import environ

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Everything the services that run beside us keep: data, queue, logs, secrets.
VAR_DIR = Path(env.str("LIAISON_VAR", default=str(BASE_DIR / "var"))).resolve()

# What this process does: web, worker or command. Each waits for the database as long as it should.
ROLE = env.str("LIAISON_ROLE", default="command")

# Dates of the site are counted in this zone: what a day is, and when the night's work starts.
SITE_TIME_ZONE = env.str("SITE_TIME_ZONE", default="America/New_York")

# Two letters: the state whose holidays the site keeps beside the federal ones. Empty: those alone.
SITE_STATE = env.str("SITE_STATE", default="").upper()

# Carries background work, and is the cache unless CACHE_URL names another. Empty: there is none.
REDIS_URL = env.str("REDIS_URL", default="")
