from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "turnabout.people"
    label = "people"

    def ready(self) -> None:
        from turnabout.core import events

        organisers = (
            (
                "people.imported",
                ("new", "changed", "left", "unchanged"),
                "A file of people was written to the directory.",
            ),
            ("person.added", (), "Somebody was added by hand."),
            ("person.changed", (), "Somebody's details were changed by hand."),
            ("person.left", (), "Somebody left the organisation."),
            ("person.returned", (), "Somebody who had left is here again."),
            ("line.changed", (), "Somebody has another manager, or none."),
            ("entity.added", (), "A business was added by hand."),
            ("entity.changed", (), "The details of a business were changed."),
            ("assistant.named", (), "Somebody's diary may be kept by an assistant."),
            ("assistant.ended", ("delegation",), "An assistant no longer keeps somebody's diary."),
        )
        for name, data, help in organisers:
            events.declare(name, audience="organiser", data=data, help=help)
