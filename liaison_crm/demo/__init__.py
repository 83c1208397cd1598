"""The synthetic market and `manage.py demo`."""
