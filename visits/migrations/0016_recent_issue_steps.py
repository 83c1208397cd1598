from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What happened today, for the page that shows it as it comes."""

    atomic = False

    dependencies = [("visits", "0015_notice_issue")]

    operations = [
        AddIndexConcurrently(
            model_name="issuestep",
            index=models.Index(fields=["-at", "-id"], name="issue_step_recent"),
        ),
    ]
