from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    default = True

    def ready(self) -> None:
        from accounts import receivers  # noqa: F401, PLC0415  # they connect when loaded


class DeskConfig(SimpleAdminConfig):
    """Django's admin, entered through our own sign-in."""

    default = False
    default_site = "accounts.desk.site.Desk"

    def ready(self) -> None:
        super().ready()
        autodiscover_modules("admin")
