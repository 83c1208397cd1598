from django.db import migrations

from contacts.reference import load_specialties, load_zip_codes


def load(apps, schema_editor):
    load_specialties(schema_editor.connection)
    load_zip_codes(schema_editor.connection)


class Migration(migrations.Migration):
    """Specialty names from the Medicare crosswalk, ZIP codes from GeoNames (CC BY 4.0)."""

    dependencies = [("contacts", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
