from django.db import migrations

DAYS = {"A": 30, "B": 60, "C": 90, "D": 180}


def set_cadences(apps, schema_editor):
    Cadence = apps.get_model("visits", "Cadence")
    for tier, days in DAYS.items():
        Cadence.objects.get_or_create(tier=tier, defaults={"days": days})
    apps.get_model("visits", "CoverageGoal").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("visits", "0011_tiers_and_plans")]

    operations = [migrations.RunPython(set_cadences, migrations.RunPython.noop)]
