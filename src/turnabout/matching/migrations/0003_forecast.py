import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0002_proposal_is_answered"),
        ("programmes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Forecast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("working", "Working"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("mentors", models.PositiveIntegerField(blank=True, null=True)),
                ("mentees", models.PositiveIntegerField(blank=True, null=True)),
                ("draws", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("refusal", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="forecasts", to="programmes.cohort"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "working"])),
                        fields=("cohort",),
                        name="one_forecast_of_a_round_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("draws", 0), ("mentees__isnull", True), ("mentors__isnull", True)),
                            models.Q(("draws__gt", 0), ("mentees__isnull", False), ("mentors__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_assumed_pool_has_both_sides",
                    ),
                ],
            },
        ),
    ]
