from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("enrolments", "0002_draws_among_those_who_wait")]

    operations = [
        migrations.RemoveField(model_name="enrolment", name="paused_at"),
    ]
