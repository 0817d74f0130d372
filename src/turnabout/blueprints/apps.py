from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core import checks


class BlueprintsConfig(AppConfig):
    name = "turnabout.blueprints"
    label = "blueprints"
    verbose_name = "Starting designs"

    def ready(self) -> None:
        checks.register(content_is_sound, "blueprints")


def content_is_sound(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[checks.CheckMessage]:
    """Every content file loads, so that a mistyped word stops the start and not a programme lead's afternoon."""
    from turnabout.blueprints import catalogue
    from turnabout.blueprints.reading import ContentProblem

    try:
        catalogue.designs()
    except ContentProblem as problem:
        return [checks.Error(problem.what, hint=problem.remedy, id="blueprints.E001")]
    return []
