"""Stories: told by one, shared only when both consent."""

from datetime import timedelta

import pytest

from tests.cast import NOON
from turnabout.core.errors import NotAllowed, NotPossible
from turnabout.core.models import Event
from turnabout.stories import services
from turnabout.stories.models import Story


@pytest.fixture
def pair(cast):
    return cast.mia_and_sol


def tell(pair, who, may_share=True, text=" I ask first now. "):
    return services.tell_story(pair, text, may_share=may_share, by=who.account, now=NOON)


def test_a_story_is_shared_only_when_both_consent(cast, pair):
    story = tell(pair, cast.mia)
    assert (story.text, story.shared_until, story.consented_at("mentor")) == ("I ask first now.", None, NOON)
    assert Event.objects.get().audience == "private"
    later = NOON + timedelta(days=3)
    assert services.consent_to_story(story, is_yes=True, by=cast.sol.account, now=later).shared_until == NOON + timedelta(
        days=365
    )
    assert services.consent_to_story(story, is_yes=False, by=cast.sol.account, now=later).shared_until is None


def test_a_story_that_may_not_be_shared_is_seen_by_its_teller_alone(cast, pair):
    story = tell(pair, cast.sol, may_share=False)
    assert list(Story.objects.visible_to(cast.sol)) == [story]
    assert list(Story.objects.visible_to(cast.mia)) == []
    assert Event.objects.count() == 0
    with pytest.raises(NotPossible, match="taken back"):
        services.consent_to_story(story, is_yes=True, by=cast.mia.account, now=NOON)


def test_an_offered_story_is_seen_by_the_partner_and_nobody_else(cast, pair):
    story = tell(pair, cast.sol)
    assert list(Story.objects.visible_to(cast.mia)) == [story]
    assert [list(Story.objects.visible_to(person)) for person in (cast.otto, cast.max, None)] == [[], [], []]


def test_either_takes_it_back(cast, pair):
    story = tell(pair, cast.mia)
    services.consent_to_story(story, is_yes=True, by=cast.sol.account, now=NOON)
    services.withdraw_story(story, by=cast.sol.account, now=NOON)
    assert Story.objects.get().shared_until is None
    services.withdraw_story(story, by=cast.mia.account, now=NOON)
    assert Story.objects.count() == 0


def test_refusals_say_what_to_do(cast, pair):
    with pytest.raises(NotPossible, match="Write one or two sentences"):
        tell(pair, cast.mia, text=" ")
    with pytest.raises(NotPossible, match="longer than 2000"):
        tell(pair, cast.mia, text="x" * 2001)
    story = tell(pair, cast.mia)
    with pytest.raises(NotPossible, match="already told your story"):
        tell(pair, cast.mia)
    with pytest.raises(NotPossible, match="Your partner decides now"):
        services.consent_to_story(story, is_yes=True, by=cast.mia.account, now=NOON)
    for other in (cast.cleo, cast.olu):
        with pytest.raises(NotAllowed):
            services.withdraw_story(story, by=other, now=NOON)
