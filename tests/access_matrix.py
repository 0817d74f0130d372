"""Who may open which page, and what everybody else gets: one row per URL name, driven by tests/web/test_access.py.

Each row: URL name -> (kwargs builder from the cast, {cast member: status on GET}). Members not named get `otherwise`.
200 the page, 302 to the sign-in page or onwards, 403 refused, 404 nothing here for you, 405 POST only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests import factories
from tests.cast import Cast

MEMBERS = ("nobody", "otto", "mia", "sol", "kofi", "cleo", "sana", "nadia", "ash", "olu", "ada")


@dataclass(frozen=True, kw_only=True)
class Row:
    """Statuses on GET by cast member; `nobody` is not signed in."""

    name: str
    of: Callable[[Cast], dict[str, Any]] = field(default=lambda cast: {})
    opens: frozenset[str] = frozenset()
    status: int = 200  # what those who may open it get
    otherwise: int = 404
    nobody: int = 302
    query: str = ""


def row(name: str, *opens: str, **rest: Any) -> Row:
    return Row(name=name, opens=frozenset(opens), **rest)


def an_import(cast: Cast) -> dict[str, Any]:
    """A file of people that was uploaded and not yet checked."""
    return {"import_id": factories.directory_import(by=cast.olu).pk}


def a_board(cast: Cast) -> dict[str, Any]:
    """A draft board with one suggestion on it."""
    return {"run_id": factories.run(cast.cohort).pk}


def a_draft(cast: Cast) -> dict[str, Any]:
    return {"proposal_id": factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place).pk}


def a_question(cast: Cast) -> dict[str, Any]:
    """A suggestion that waits for Mia's answer."""
    made = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place, state="asking_mentor")
    return {"proposal_id": made.pk}


SIGNED_IN = tuple(member for member in MEMBERS if member != "nobody")

MATRIX = (
    # home
    row("home", *SIGNED_IN),
    # sign-in and account
    row("sign_in", *MEMBERS),
    row("sign_in_sent", *MEMBERS),
    row("sign_in_secret", *MEMBERS),
    row("sign_in_link", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=410),
    row("sign_out", *MEMBERS, status=405),
    row("your_account", *SIGNED_IN),
    row("choose_language", *SIGNED_IN, status=405),
    row("set_secret", *SIGNED_IN, status=405),
    row("remove_secret", *SIGNED_IN, status=405),
    row("end_sessions", *SIGNED_IN, status=405),
    row("passkey_sign_in", *MEMBERS, status=405),
    row("passkey_sign_in_options", *MEMBERS, status=405),
    row("passkey_add", *SIGNED_IN, status=405),
    row("passkey_add_options", *SIGNED_IN, status=405),
    row("passkey_remove", *SIGNED_IN, of=lambda cast: {"passkey_id": 1}, status=405),
    # cards for people without a mailbox
    row("person_card", "cleo", "olu", of=lambda cast: {"person_id": cast.mia.pk}),
    row("person_card_end", "cleo", "olu", of=lambda cast: {"person_id": cast.mia.pk}, status=405),
    row("card", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=410),
    row("card_code", *MEMBERS),
    row("card_passkey", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=405),
    row("card_passkey_options", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=405),
    # links in mails
    row("link", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=404),
    row("link_again", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=405),
    row("link_sent_again", *MEMBERS),
    # messages, and mail that did not arrive
    row("messages", *SIGNED_IN),
    row("message_open", *SIGNED_IN, of=lambda cast: {"notice_id": 1}, status=405),
    row("message_away", *SIGNED_IN, of=lambda cast: {"notice_id": 1}, status=405),
    row("message_sheet", "cleo", "olu"),
    row("mail_problems", "ada"),
    row("mail_retry", "ada", of=lambda cast: {"notice_id": 1}, status=405),
    row("mail_discard", "ada", of=lambda cast: {"notice_id": 1}, status=405),
    # the directory
    row("people", "cleo", "olu"),
    row("person_add", "cleo", "olu"),
    row("person", "cleo", "olu", of=lambda cast: {"person_id": cast.mia.pk}),
    row("person_edit", "cleo", "olu", of=lambda cast: {"person_id": cast.mia.pk}),
    row("person_left", "cleo", "olu", of=lambda cast: {"person_id": cast.mia.pk}, status=405),
    row("person_return", "cleo", "olu", of=lambda cast: {"person_id": cast.mia.pk}, status=405),
    row("person_assistant", "cleo", "olu", of=lambda cast: {"person_id": cast.sol.pk}, status=405),
    row("person_assistant_end", "cleo", "olu", of=lambda cast: {"person_id": cast.sol.pk, "delegation_id": 1}, status=405),
    row("entities", "cleo", "olu"),
    row("entity_add", "olu"),
    row("entity_edit", "olu", of=lambda cast: {"entity_id": cast.paris.pk}),
    # files of people
    row("people_import", "olu"),
    row("people_import_file", "olu", of=an_import),
    row("people_import_columns", "olu", of=an_import),
    row("people_import_reading", "olu", of=an_import, status=405),
    row("people_import_write", "olu", of=an_import, status=405),
    row("people_import_stop", "olu", of=an_import, status=405),
    row("people_import_discard", "olu", of=an_import, status=405),
    row("people_import_problems", "olu", of=an_import),
    # the coordinator's morning
    row("morning", "cleo", "olu"),
    row("nudge", "cleo", "olu", of=lambda cast: {"pair_id": cast.mia_and_sol.pk}, status=405),
    # matching rounds
    row("matching", "cleo", "olu", of=lambda cast: {"cohort_id": cast.cohort.pk}),
    row("run", "cleo", "olu", of=a_board),
    row("run_stop", "cleo", "olu", of=a_board, status=405),
    row("board", "cleo", "olu", of=a_board),
    row("board_alone", "cleo", "olu", of=a_board),
    row("board_proof", "cleo", "olu", of=a_board),
    row("pair_by_hand", "cleo", "olu", of=a_board),
    row("publish", "cleo", "olu", of=a_board),
    row("proposal", "cleo", "olu", of=a_draft),
    row("proposal_keep", "cleo", "olu", of=a_draft, status=405),
    row("proposal_remove", "cleo", "olu", of=a_draft, status=405),
    row("proposal_retract", "cleo", "olu", of=a_draft, status=405),
    row("proposal_swap", "cleo", "olu", of=a_draft),
    row("suggestion", "mia", of=a_question),
    row("suggestion_answer", "mia", "sol", of=a_question, status=405),
)
