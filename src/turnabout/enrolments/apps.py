from django.apps import AppConfig


class EnrolmentsConfig(AppConfig):
    name = "turnabout.enrolments"
    label = "enrolments"

    def ready(self) -> None:
        from turnabout.core import events
        from turnabout.enrolments import listeners

        events.declare("enrolments.invited", audience="organiser", data=("count", "role"), help="People were invited to a round.")
        events.declare(
            "enrolments.reminded", audience="organiser", data=("count", "kind"), help="People were reminded of what is open."
        )
        events.declare(
            "enrolments.extended", audience="organiser", data=("count", "days"), help="Invitations wait longer than first said."
        )
        events.declare(
            "enrolments.prepared", audience="organiser", data=("count",), help="A list was marked as prepared in a live session."
        )
        events.declare("enrolment.joined", audience="private", help="Somebody asked for a place by the open link.")
        events.declare(
            "enrolment.asked_back", audience="private", help="Somebody who had left a round was asked for by the open link."
        )
        events.declare("enrolment.registered", audience="organiser", help="A person finished the registration.")
        events.declare("enrolment.waitlisted", audience="organiser", help="A person registered when all places were taken.")
        events.declare(
            "places.drawn",
            audience="organiser",
            data=("role", "seed", "count", "waiting"),
            help="Free places were given by lot to people on the waiting list.",
        )
        events.declare("enrolment.prepared", audience="organiser", help="A person finished what the round asks before it begins.")
        events.declare("enrolment.withdrawn", audience="organiser", help="A person left the round before having a partner.")
        events.declare("enrolment.paused", audience="organiser", help="A person is not matched for now.")
        events.declare("enrolment.resumed", audience="organiser", help="A person is matched again.")
        events.declare(
            "capacity.changed",
            audience="organiser",
            data=("capacity",),
            help="The number of partners a mentor may have was changed.",
        )
        events.declare(
            "nomination.asked", audience="private", help="Somebody was asked privately whether they would like to be a mentor."
        )
        events.declare("nomination.accepted", audience="private", help="Somebody who was asked privately said yes.")
        events.on("person.left")(listeners.end_places_of_leaver)
