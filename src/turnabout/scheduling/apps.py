from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "turnabout.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        from turnabout.core import events, guards
        from turnabout.scheduling import listeners

        events.declare(
            "sessions.planned",
            audience="organiser",
            data=("count",),
            help="A pair has dates, or with a count of 0 needs to find them together.",
        )
        events.declare("session.scheduled", audience="organiser", help="A session got a date by hand.")
        events.declare("session.invited", audience="organiser", help="A date became an invitation.")
        events.declare(
            "session.moved",
            audience="organiser",
            data=("only_place",),
            help="A session has another time, or with `only_place` the same time and another place; never says who moved it.",
        )
        events.declare(
            "session.cancelled", audience="organiser", data=("invited",), help="A date was taken back; never says by whom."
        )
        events.declare("session.held", audience="organiser", help="The two met.")
        events.declare("session.missed", audience="organiser", help="A date passed without a meeting.")
        events.declare(
            "session.reopened",
            audience="organiser",
            help="What was told of a session was taken back, so nobody has said yet whether it took place; never says by whom.",
        )
        events.declare("session.reminded", audience="private", help="A session is two days away.")
        events.declare("session.asked", audience="private", help="A session's time has passed: did they meet?")
        guards.on("pair.close", listeners.closing_session_comes_first)
