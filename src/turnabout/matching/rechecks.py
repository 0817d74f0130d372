"""Pairs that go on are held against the rules about lines, teams and distance again, as matching does it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from turnabout.engine import DistanceException, Problem, ReasonCode, Rules, reasons_of
from turnabout.matching import candidates, queries
from turnabout.matching.candidates import Surroundings, key_of
from turnabout.pairs import services as pair_services
from turnabout.pairs.models import Pair

APART = {ReasonCode.LINE: Pair.Apart.LINE, ReasonCode.SAME_TEAM: Pair.Apart.TEAM}


def rest_pairs_kept_apart(*, now: datetime) -> int:
    """Let pairs rest that are in one line or one team by now.

    A pair of the distance exception goes on while its distance is enough. Whether its mentee still heads something, or
    could have somebody outside the line by now, is not asked again: what was granted is not taken back for that.
    """
    of_round: dict[int, list[Pair]] = defaultdict(list)
    for pair in Pair.objects.active().with_people().order_by("pk"):
        of_round[pair.cohort_id].append(pair)
    everybody = {place.person_id for pairs in of_round.values() for pair in pairs for place in (pair.mentor, pair.mentee)}
    lines = queries.lines_of(sorted(everybody))
    known = Surroundings(on=now.date(), ancestors=lines.above, broken_lines=lines.broken)
    found = [each for pairs in of_round.values() for each in _kept_apart(pairs, known)]
    return sum(pair_services.rest_pair(pair, reason=reason, now=now) for pair, reason in found)


def _kept_apart(pairs: Sequence[Pair], known: Surroundings) -> Iterator[tuple[Pair, Pair.Apart]]:
    """Pairs of one round that the rules about lines and teams exclude by now, with the first that does."""
    excepted = {key_of(pair.mentee.person) for pair in pairs if pair.distance_exception}  # a mentee is in one pair of a round
    distance = candidates.rules(pairs[0].cohort).distance or DistanceException()
    problem = Problem(
        mentors=tuple({pair.mentor_id: candidates.candidate(pair.mentor, known) for pair in pairs}.values()),
        mentees=tuple({pair.mentee_id: candidates.candidate(pair.mentee, known) for pair in pairs}.values()),
        rules=Rules(distance=DistanceException(allowed_for=frozenset(excepted), levels=distance.levels)),
    )
    keys = [(key_of(pair.mentor.person), key_of(pair.mentee.person)) for pair in pairs]
    for pair, reasons in zip(pairs, reasons_of(problem, keys), strict=True):
        broken = next((code for code in reasons if code in APART), None)
        if broken is not None:
            yield pair, APART[broken]
