from django.db import migrations

TOPICS = ("Report speed", "Scheduling", "Event", "New provider", "Service update", "Billing")


def offer_topics(apps, schema_editor):
    Topic = apps.get_model("visits", "Topic")
    for position, name in enumerate(TOPICS):
        Topic.objects.get_or_create(name=name, defaults={"position": 10 * (position + 1)})


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]

    operations = [migrations.RunPython(offer_topics, migrations.RunPython.noop)]
