from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "turnabout.scheduling"
    label = "scheduling"
