from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

CELL = ('month', 'practice', 'physician', 'service_line', 'destination')


class Migration(migrations.Migration):
    """Beside people who work: both tables may be large."""

    atomic = False

    dependencies = [
        ('referrals', '0003_referrals_by_hand'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='referral',
            index=models.Index(fields=[*CELL], include=('status', 'referred_on', 'scheduled_on', 'completed_on'), name='referral_counted'),
        ),
        AddIndexConcurrently(
            model_name='referral',
            index=models.Index(fields=['practice', '-referred_on', '-id'], name='referral_practice'),
        ),
        RemoveIndexConcurrently(model_name='referral', name='referral_cell'),
        AddIndexConcurrently(
            model_name='volumecell',
            index=models.Index(fields=['practice', 'month'], name='volume_practice'),
        ),
        RemoveIndexConcurrently(model_name='volumecell', name='volume_month'),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    'CREATE UNIQUE INDEX CONCURRENTLY volume_key ON referrals_volumecell'
                    ' (month, practice_id, physician_id, service_line_id, destination_id)',
                    'DROP INDEX CONCURRENTLY IF EXISTS volume_key',
                ),
                migrations.RunSQL(
                    'ALTER TABLE referrals_volumecell ADD CONSTRAINT volume_key UNIQUE USING INDEX volume_key',
                    'ALTER TABLE referrals_volumecell DROP CONSTRAINT IF EXISTS volume_key',
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name='volumecell',
                    constraint=models.UniqueConstraint(fields=CELL, name='volume_key'),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name='volumecell', name='volume_cell_key'),
    ]
