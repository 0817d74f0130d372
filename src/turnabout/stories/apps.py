from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "turnabout.stories"
    label = "stories"
