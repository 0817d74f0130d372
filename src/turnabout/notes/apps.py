from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "turnabout.notes"
    label = "notes"
