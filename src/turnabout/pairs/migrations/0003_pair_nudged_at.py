from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pairs", "0002_agreement_words_deleted_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="pair",
            name="mentor_nudged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pair",
            name="mentee_nudged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
