from django.db import migrations, models
from django.contrib.postgres.operations import AddIndexConcurrently


class Migration(migrations.Migration):
    """Everybody's stops of a day or a week."""

    atomic = False

    dependencies = [("visits", "0012_default_cadences")]

    operations = [
        AddIndexConcurrently(
            model_name="plannedvisit",
            index=models.Index(fields=["planned_on", "liaison"], name="planned_week"),
        ),
    ]
