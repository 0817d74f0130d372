from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "turnabout.core"
    label = "core"

    def ready(self) -> None:
        from turnabout.core import checks

        checks.register_checks()
