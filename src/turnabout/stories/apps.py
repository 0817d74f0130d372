from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "turnabout.stories"
    label = "stories"

    def ready(self) -> None:
        from turnabout.core import events

        events.declare(
            "story.offered", audience="private", help="One of the two would like to share a story; the other is asked."
        )
