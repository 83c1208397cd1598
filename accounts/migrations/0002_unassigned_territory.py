from django.db import migrations


def make_unassigned(apps, schema_editor):
    apps.get_model("accounts", "Territory").objects.get_or_create(
        is_unassigned=True, defaults={"name": "Unassigned", "colour": "#7d8e85"}
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make_unassigned, migrations.RunPython.noop)]
