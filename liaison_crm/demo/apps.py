from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "liaison_crm.demo"
    label = "demo"
