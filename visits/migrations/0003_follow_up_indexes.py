from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Promises in the order they are due, and kept ones from the latest on."""

    atomic = False

    dependencies = [("visits", "0002_default_topics")]

    operations = [
        AddIndexConcurrently(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("dropped_at", None), ("kept_at", None)),
                fields=["due_on", "id"],
                name="follow_up_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("kept_at__isnull", False)),
                fields=["-kept_at", "-id"],
                name="follow_up_kept",
            ),
        ),
    ]
