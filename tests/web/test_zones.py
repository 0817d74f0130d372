"""A time zone is chosen by the place that people know it by."""

import zoneinfo

import pytest
from django.utils import translation

from turnabout.web.zones import zone_choices


def test_places_stand_in_the_order_of_their_names_with_their_countries():
    labels = [label for _, label in zone_choices()]
    assert {"Paris (France)", "Tokyo (Japan)", "Kolkata (India)"} <= set(labels)
    assert labels.index("Oslo (Norway)") < labels.index("Paris (France)") < labels.index("Zurich (Switzerland)")
    assert labels[-1] == "UTC"
    assert len(labels) == len(set(labels))


def test_every_choice_is_a_zone_that_every_server_knows():
    names = [name for name, _ in zone_choices()]
    assert set(names) <= zoneinfo.available_timezones()
    assert not {"localtime", "Factory", "GB", "EST5EDT"} & set(names)


@pytest.mark.parametrize(("kept", "label"), [("Asia/Kolkata", "Kolkata (India)"), ("Etc/GMT-3", "Etc/GMT-3")])
def test_what_is_stored_stays_among_the_choices(kept, label):
    choices = zone_choices(kept)
    assert dict(choices)[kept] == label
    assert [text for _, text in choices].count(label) == 1


def test_places_are_named_in_the_readers_language():
    with translation.override("fr"):
        assert dict(zone_choices())["Europe/London"] == "Londres (Royaume-Uni)"
