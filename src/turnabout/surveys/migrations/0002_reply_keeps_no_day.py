from datetime import date

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        # The way back needs a day for the forms there are; the true ones are gone, and nothing reads them.
        migrations.AlterField(
            model_name="reply",
            name="replied_on",
            field=models.DateField(default=date(1970, 1, 1)),
        ),
        migrations.RemoveField(model_name="reply", name="replied_on"),
    ]
