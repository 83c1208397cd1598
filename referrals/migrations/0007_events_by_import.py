import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """Beside people who work: the table may be large."""

    atomic = False

    dependencies = [
        ('referrals', '0006_files_may_come_again'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='referralevent',
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=['batch'], name='referral_event_batch', pages_per_range=32
            ),
        ),
    ]
