from django.apps import AppConfig


class PairsConfig(AppConfig):
    name = "turnabout.pairs"
    label = "pairs"

    def ready(self) -> None:
        from turnabout.core import events, guards
        from turnabout.pairs import listeners

        guards.on("cohort.close", listeners.pairs_come_first)
        events.declare("pair.started", audience="organiser", help="Both said yes.")
        events.declare("pair.ended", audience="organiser", help="The pair closed before its last session; never says who asked.")
        events.declare(
            "pairs.ended",
            audience="organiser",
            data=("count",),
            help="An organiser ended all pairs of a round that still ran, or those of their entities.",
        )
        events.declare("pair.closed", audience="organiser", help="The closing session took place and the pair is complete.")
        events.declare(
            "pair.paused",
            audience="organiser",
            data=("reason",),
            help="The pair rests; the reason is set where a reporting line or a team now joins them.",
        )
        events.declare("pair.resumed", audience="organiser", help="The pair meets again.")
        events.declare(
            "declaration.made",
            audience="private",
            data=("role",),
            help="One of the two declared that no reporting line joins them.",
        )
        events.declare("agreement.drafted", audience="private", help="One of the two saved a draft of the agreement.")
        events.declare("agreement.signed", audience="private", data=("role",), help="One of the two signed the agreement.")
        events.declare("agreement.completed", audience="organiser", help="Both signed the agreement.")
