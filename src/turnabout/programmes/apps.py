from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "turnabout.programmes"
    label = "programmes"

    def ready(self) -> None:
        from turnabout.accounts import policies
        from turnabout.core import events, guards
        from turnabout.programmes import listeners

        guards.on(policies.HAND_OVER, listeners.power_is_not_handed_over)
        guards.on(policies.CLOSE, listeners.duties_are_not_shut_out)
        events.declare("programme.started", audience="organiser", help="A programme was begun from a starting design.")
        events.declare("programme.renamed", audience="organiser", help="The name or the words of a programme were changed.")
        events.declare("charter.saved", audience="organiser", data=("version",), help="Purpose and promises were changed.")
        events.declare("charter.presented", audience="organiser", data=("version",), help="The sponsor was asked to sign.")
        events.declare(
            "charter.signed", audience="open", data=("version", "is_recorded"), help="The sponsor signed purpose and promises."
        )
        events.declare("office.given", audience="organiser", data=("duty",), help="Somebody was given a duty in a programme.")
        events.declare("office.ended", audience="organiser", data=("duty",), help="Somebody's duty in a programme ended.")
        events.declare("texts.changed", audience="organiser", data=("key",), help="A text of a programme was edited.")
        events.declare("cohort.planned", audience="organiser", help="A round was planned.")
        events.declare("cohort.changed", audience="organiser", data=("fields",), help="Settings of a round were changed.")
        events.declare("cohort.opened", audience="organiser", help="A round was opened for registration.")
        events.declare("cohort.closed", audience="organiser", help="A round was closed.")
        events.declare(
            "open_link.switched", audience="organiser", data=("is_on",), help="The open link of a round was switched on or off."
        )
