from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "turnabout.matching"
    label = "matching"

    def ready(self) -> None:
        from turnabout.core import events, guards
        from turnabout.matching import listeners

        events.declare("run.started", audience="organiser", help="A matching round was asked for.")
        events.declare(
            "run.solved",
            audience="organiser",
            data=("people", "pairs"),
            help="A matching round has a plan with its proof.",
        )
        events.declare(
            "run.failed",
            audience="organiser",
            help="A matching round ended without a plan; the round says why.",
        )
        events.declare(
            "proposals.published",
            audience="organiser",
            data=("count",),
            help="A batch of suggestions went out.",
        )
        events.declare("forecast.started", audience="organiser", help="Somebody asked what a matching round would come to.")
        events.declare("forecast.made", audience="organiser", help="What a matching round would come to was worked out.")
        events.declare("scenario.forgotten", audience="organiser", help="A scenario was deleted; no board changed.")
        events.declare("proposal.made", audience="organiser", help="A coordinator paired two people by hand.")
        events.declare(
            "proposal.locked",
            audience="organiser",
            help="A suggestion is kept when the rest is matched again.",
        )
        events.declare("proposal.unlocked", audience="organiser", help="A suggestion may change again.")
        events.declare("proposal.removed", audience="organiser", help="A suggestion was taken off the board.")
        events.declare(
            "proposal.asked",
            audience="private",
            data=("role",),
            help="One side was asked about a suggestion.",
        )
        events.declare("proposal.accepted", audience="private", help="Both said yes.")
        events.declare(
            "proposal.closed", audience="private", help="The time of a suggestion is over, whatever was or was not answered."
        )
        events.on("enrolment.withdrawn", "enrolment.paused")(listeners.close_open_suggestions)
        events.on("person.left")(listeners.close_suggestions_of_leaver)
        guards.on("cohort.close", listeners.answers_come_first)
