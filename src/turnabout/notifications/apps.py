import importlib
import pkgutil

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "turnabout.notifications"
    label = "notifications"

    def ready(self) -> None:
        from turnabout.notifications import about

        for module in sorted(found.name for found in pkgutil.iter_modules(about.__path__)):
            importlib.import_module(f"turnabout.notifications.about.{module}")
