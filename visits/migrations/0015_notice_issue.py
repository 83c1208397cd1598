import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('visits', '0014_corrections'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='issue',
            field=models.ForeignKey(blank=True, db_index=False, help_text='Where it is about one: whoever has to see to it reads it wherever he works.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='visits.issue'),
        ),
    ]
