from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside people who work: the table may be large."""

    atomic = False

    dependencies = [
        ('contacts', '0006_physician_joined_into'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='physician',
            index=models.Index(fields=['joined_into'], name='physician_joined'),
        ),
    ]
