from django.db import migrations, models

SWAP = (
    'CREATE UNIQUE INDEX CONCURRENTLY batch_file_once_{new} ON referrals_intakebatch '
    '(source_id, sha256) WHERE (NOT (state IN ({gone})))',
    'DROP INDEX CONCURRENTLY batch_file_once',
    'ALTER INDEX batch_file_once_{new} RENAME TO batch_file_once',
)
NOW = "'failed', 'dropped', 'undone'"
BEFORE = "'failed'"


class Migration(migrations.Migration):
    """Beside people who import: the new index stands before the old one goes."""

    atomic = False

    dependencies = [
        ('referrals', '0005_imports_matched_and_undone'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [statement.format(new='now', gone=NOW) for statement in SWAP],
                    [statement.format(new='before', gone=BEFORE) for statement in SWAP],
                ),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name='intakebatch', name='batch_file_once'),
                migrations.AddConstraint(
                    model_name='intakebatch',
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ('state__in', ['failed', 'dropped', 'undone']), _negated=True
                        ),
                        fields=('source', 'sha256'),
                        name='batch_file_once',
                        violation_error_message='This file was already imported.',
                    ),
                ),
            ],
        ),
    ]
