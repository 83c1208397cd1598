"""A developer's settings without the debug pages: a fault must be answered as in production."""

from __future__ import annotations

from liaison_crm.settings.dev import *

DEBUG = False
# A browser needs the styles and scripts as well, and nobody has collected them here.
WHITENOISE_USE_FINDERS = True
