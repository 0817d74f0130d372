"""Every page of a pair in a real browser."""

import pytest

from tests.web.pair_pages import LATER, stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, settings, clock_at):
    settings.SITE_URL = live_server.url
    clock_at(LATER)
    return live_server.url


def test_every_page_of_a_pair_is_one_that_everybody_can_use(site, looker):
    assert looker.look(site, stage()) == {}
