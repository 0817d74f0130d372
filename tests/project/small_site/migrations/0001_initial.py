from django.db import migrations

FORWARDS = "create table small_site_done (number bigint not null, at timestamptz not null default now())"


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL(FORWARDS, "drop table small_site_done")]
