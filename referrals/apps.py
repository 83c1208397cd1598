from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contacts import hooks  # noqa: PLC0415 (models are not there before)
        from referrals import services  # noqa: PLC0415  models are loaded by then

        hooks.listeners.append(services.look_for_waiting_rows)
