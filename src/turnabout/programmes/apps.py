from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "turnabout.programmes"
    label = "programmes"
