"""What is promised most, to be offered for one tap; admins change it."""

from django.db import migrations

WORDS = (
    "Send the referral form",
    "Call back",
    "Bring the new provider",
    "Send the phone list",
    "Ask about a report",
    "Arrange a lunch",
)


def add_promises(apps, schema_editor):
    suggested = apps.get_model("visits", "SuggestedPromise")
    for number, words in enumerate(WORDS, 1):
        suggested.objects.get_or_create(words=words, defaults={"position": 10 * number})


class Migration(migrations.Migration):
    dependencies = [("visits", "0006_told_promises")]

    operations = [migrations.RunPython(add_promises, migrations.RunPython.noop)]
