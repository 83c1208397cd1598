"""A developer's settings without the debug pages: a fault must be answered as in production."""

from __future__ import annotations

from liaison_crm.settings.dev import *

DEBUG = False
