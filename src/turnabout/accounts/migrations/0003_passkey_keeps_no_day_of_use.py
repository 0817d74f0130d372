from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_link_opens_at")]

    operations = [
        migrations.RemoveField(model_name="passkey", name="last_used_on"),
    ]
