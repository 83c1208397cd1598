from importlib import import_module

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "liaison_crm"
    label = "liaison_crm"

    def ready(self) -> None:
        import_module("liaison_crm.checks")  # registers them
