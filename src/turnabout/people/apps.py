from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "turnabout.people"
    label = "people"
