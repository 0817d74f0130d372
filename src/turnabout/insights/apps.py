from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "turnabout.insights"
    label = "insights"

    def ready(self) -> None:
        from turnabout.core import events
        from turnabout.insights import listeners

        events.on(
            "pair.started",
            "pair.ended",
            "pair.closed",
            "pair.paused",
            "pair.resumed",
            "sessions.planned",
            "agreement.signed",
            "declaration.made",
        )(listeners.after_pair)
        events.on("pairs.ended")(listeners.after_pairs)
        events.on("enrolment.prepared", "enrolments.prepared")(listeners.after_preparation)
        events.on(
            "session.scheduled",
            "session.invited",
            "session.moved",
            "session.cancelled",
            "session.held",
            "session.missed",
            "session.reopened",
        )(listeners.after_session)
