import pytest

from tests import factories
from turnabout.core.errors import CommandError
from turnabout.engine import verify_folder
from turnabout.project.commands import run_folder


@pytest.fixture
def board(cast):
    for role, grade in (("mentor", 2), ("mentee", 8)):
        factories.enrolment(cast.cohort, factories.person(entity=cast.paris, grade=grade, is_head=True), role)
    return factories.solved_run(cast.cohort)


def test_folder_of_a_round_is_found_valid_on_its_own(board, tmp_path):
    said = run_folder.write(board.pk, tmp_path / "plan")
    assert said == f"Written to {tmp_path / 'plan'}. Check it with: turnabout verify {tmp_path / 'plan'}"
    assert verify_folder(tmp_path / "plan").is_valid is True


def test_folder_with_something_in_it_is_left_alone(board, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(CommandError, match="is not an empty folder"):
        run_folder.write(board.pk, tmp_path)


def test_round_that_is_not_there_or_was_not_kept_is_refused(board, cast, tmp_path):
    with pytest.raises(CommandError, match="There is no matching round 0"):
        run_folder.write(0, tmp_path)
    with pytest.raises(CommandError, match="no plan whose arithmetic"):
        run_folder.write(factories.run(cast.cohort, state="failed").pk, tmp_path)
