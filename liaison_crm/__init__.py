"""The shell around the four apps: settings, addresses, background work, the demo."""

from liaison_crm.celery import app as celery_app

__all__ = ["celery_app"]
