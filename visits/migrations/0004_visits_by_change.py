from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Visits in the order they changed, for programs that keep a copy."""

    atomic = False

    dependencies = [("visits", "0003_follow_up_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(fields=["updated_at", "id"], name="visit_changed"),
        ),
    ]
