"""A round solved as the worker does it."""

from typing import Any

from tests.cast import NOON, Cast
from turnabout.matching import services
from turnabout.matching.models import Run


def solved(cast: Cast, **options: Any) -> Run:
    return services.solve_run(services.start_run(cast.cohort, by=cast.olu, now=NOON, **options), now=NOON)
