"""When a child is started again, and when it is given up."""

import signal

from turnabout.project.supervisor import FIRST_DELAY, LONGEST_DELAY, MOST_FAILED_STARTS, Child, Supervisor, ending


def test_child_that_ends_at_once_is_started_later_and_later() -> None:
    child = Child(name="web", arguments=[])
    delays = []
    for _ in range(9):
        child.start()
        child.send(signal.SIGKILL)
        assert child.process is not None
        child.note_end(child.process.wait())
        delays.append(child.delay)
    assert delays == [FIRST_DELAY, 1, 2, 4, 8, 16, LONGEST_DELAY, LONGEST_DELAY, LONGEST_DELAY]


def test_child_that_ran_well_is_started_again_soon() -> None:
    child = Child(name="web", arguments=[], delay=16, failed_starts=4, started_at=-1000.0)
    assert child.note_end(1) == "web ended with code 1; it starts again in 0.5 s."
    assert child.failed_starts == 1


def test_child_that_never_comes_up_ends_the_whole_with_a_message() -> None:
    said: list[str] = []
    child = Child(name="web", arguments=["no-such-command"], failed_starts=MOST_FAILED_STARTS - 1)
    assert Supervisor(children=[child], say=said.append).run() == 1
    assert said == [
        "web ended with code 2; it starts again in 1 s.",
        "web does not stay up. Its messages above say why; `turnabout doctor` may say more.",
    ]


def test_endings_are_said_in_words() -> None:
    assert ending(0) == "ended with code 0"
    assert ending(-signal.SIGSEGV) == "was ended by SIGSEGV"
    assert ending(-250) == "was ended by signal 250"
