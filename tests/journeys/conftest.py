from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.browser import CHROMIUM
from tests.journeys.stage import Stage, raised


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The running product with an empty database; at the end no browser has met an error, and neither has the worker."""
    if not CHROMIUM.exists():
        pytest.skip("journeys need Debian's Chromium: apt-get install chromium")
    with raised(tmp_path) as running:
        yield running
        assert running.browsers.troubles == []
        assert "Traceback" not in running.site.said()
