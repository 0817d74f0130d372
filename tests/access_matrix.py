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


def a_person_on_a_board(cast: Cast) -> dict[str, Any]:
    return {**a_board(cast), "place_id": cast.mia_place.pk}


def a_solved_board(cast: Cast) -> dict[str, Any]:
    """A draft board whose problem was kept, so that "what if" can be asked of it."""
    for role, grade in (("mentor", 2), ("mentee", 8)):
        factories.enrolment(cast.cohort, factories.person(entity=cast.paris, grade=grade, is_head=True), role)
    return {"cohort_id": factories.solved_run(cast.cohort).cohort_id}


def a_scenario(cast: Cast) -> dict[str, Any]:
    return {"run_id": factories.run(cast.cohort, state="scenario", scenario="Other rules").pk}


def a_forecast(cast: Cast) -> dict[str, Any]:
    """What a round of the cast would come to, worked out."""
    return {"forecast_id": factories.forecast(cast.cohort).pk}


def a_draft(cast: Cast) -> dict[str, Any]:
    return {"proposal_id": factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place).pk}


def a_question(cast: Cast) -> dict[str, Any]:
    """A suggestion that waits for Mia's answer."""
    made = factories.proposal(factories.run(cast.cohort), cast.mia_place, cast.sol_place, state="asking_mentor")
    return {"proposal_id": made.pk}


def PROGRAMME(cast: Cast) -> dict[str, Any]:
    return {"programme_id": cast.programme.pk}


def COHORT(cast: Cast) -> dict[str, Any]:
    return {"cohort_id": cast.cohort.pk}


def a_planned_round(cast: Cast) -> dict[str, Any]:
    """A round that is not open yet."""
    return {"cohort_id": factories.cohort(cast.programme, state="draft", name="Autumn").pk}


def a_gated_programme(cast: Cast) -> dict[str, Any]:
    """A programme whose design asks whether the organisation is ready."""
    return {"programme_id": factories.programme(by=cast.olu, design="diverse-voices").pk}


def MIA_PLACE(cast: Cast) -> dict[str, Any]:
    return {"place_id": cast.mia_place.pk}


SIGNED_IN = tuple(member for member in MEMBERS if member != "nobody")


def PAIR(cast: Cast) -> dict[str, Any]:
    return {"pair_id": cast.mia_and_sol.pk}


def SESSION(cast: Cast) -> dict[str, Any]:
    return {"pair_id": cast.mia_and_sol.pk, "session_id": cast.first_session.pk}


MATRIX = (
    # home
    row("home", "otto", "mia", "sol", "kofi", "nadia", otherwise=302),
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
    row("own_cards_end", *SIGNED_IN, status=405),
    row("card", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=410),
    row("card_code", *MEMBERS),
    row("card_passkey", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=405),
    row("card_passkey_options", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=405),
    # links in mails
    row("link", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=404),
    row("link_again", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=405),
    row("link_sent_again", *MEMBERS),
    row("link_open", *MEMBERS, of=lambda cast: {"token": "never-minted"}, status=405),
    row("place_done", *MEMBERS),
    # how requests arrive, for the doctor alone
    row("arrival", of=lambda cast: {"asked": "never-signed"}, nobody=404),
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
    row("person_account_close", "olu", of=lambda cast: {"person_id": cast.mia.pk}, status=405),
    row("person_account_open", "olu", of=lambda cast: {"person_id": cast.mia.pk}, status=405),
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
    row("forecasts", "olu", of=COHORT),
    row("forecast", "olu", of=a_forecast),
    row("forecast_stop", "cleo", "olu", of=a_forecast, status=405),
    row("run", "cleo", "olu", of=a_board),
    row("run_stop", "cleo", "olu", of=a_board, status=405),
    row("board", "cleo", "olu", of=a_board),
    row("board_alone", "cleo", "olu", of=a_board),
    row("board_proof", "cleo", "olu", of=a_board),
    row("board_check", "cleo", "olu", of=a_board, status=405),
    row("board_why_not", "cleo", "olu", of=a_board),
    row("board_person", "cleo", "olu", of=a_person_on_a_board),
    row("board_choose", "cleo", "olu", of=a_board, status=405),
    row("board_figures", "cleo", "olu", of=a_board),
    row("scenario_new", "olu", of=a_solved_board),
    row("scenario_compare", "cleo", "olu", of=COHORT),
    row("scenario_adopt", "cleo", "olu", of=a_scenario, status=405),
    row("scenario_forget", "cleo", "olu", of=a_scenario, status=405),
    row("pair_by_hand", "cleo", "olu", of=a_board),
    row("publish", "cleo", "olu", of=a_board),
    row("proposal", "cleo", "olu", of=a_draft),
    row("proposal_keep", "cleo", "olu", of=a_draft, status=405),
    row("proposal_remove", "cleo", "olu", of=a_draft, status=405),
    row("proposal_retract", "cleo", "olu", of=a_draft, status=405),
    row("proposal_swap", "cleo", "olu", of=a_draft),
    row("suggestion", "mia", of=a_question),
    row("suggestion_answer", "mia", "sol", of=a_question, status=405),
    # a pair: the two, and facts for those who organise
    row("pair", "mia", "sol", of=PAIR),
    row("pair_themes", "mia", "sol", of=PAIR, status=405),
    row("pair_declare", "mia", "sol", of=PAIR),
    row("pair_end", "mia", "sol", "cleo", "olu", of=PAIR),
    row("pair_pause", "mia", "sol", "cleo", "olu", of=PAIR, status=405),
    row("pair_resume", "mia", "sol", "cleo", "olu", of=PAIR, status=405),
    row("pair_close", "mia", "sol", "cleo", "olu", of=PAIR, status=405),
    row("pair_review", "mia", "sol", of=PAIR),
    row("pair_facts", "cleo", "olu", of=PAIR),
    row("common_ground", "mia", "sol", of=PAIR),
    row("note_add", "mia", "sol", of=PAIR, status=405),
    row("note_edit", "mia", "sol", of=lambda cast: {**PAIR(cast), "note_id": 1}, status=405),
    row("note_remove", "mia", "sol", of=lambda cast: {**PAIR(cast), "note_id": 1}, status=405),
    row("step_add", "mia", "sol", of=PAIR, status=405),
    row("step_done", "mia", "sol", of=lambda cast: {**PAIR(cast), "step_id": 1}, status=405),
    row("agreement", "mia", "sol", of=PAIR),
    row("agreement_print", "mia", "sol", of=PAIR),
    row("diary", "ash"),
    row("session", "mia", "sol", of=SESSION),
    row("session_move", "mia", "sol", "ash", of=SESSION),
    row("session_place", "mia", "sol", "ash", of=SESSION),
    row("session_cancel", "mia", "sol", "ash", of=SESSION),
    row("session_new", "mia", "sol", "ash", of=lambda cast: {**PAIR(cast), "number": 2}),
    row("session_report", "mia", "sol", of=SESSION, status=405),
    row("session_reopen", "mia", "sol", of=SESSION, status=405),
    row("session_told", "cleo", "olu", of=SESSION, status=405),
    row("session_file", "mia", "sol", "ash", of=SESSION),
    row("pulse", "mia", "sol", of=SESSION, status=409),
    row("closing", "mia", "sol", of=PAIR, status=409),
    row("story", "mia", "sol", of=lambda cast: {**PAIR(cast), "story_id": cast.story.pk}),
    row("story_withdraw", "mia", "sol", of=lambda cast: {**PAIR(cast), "story_id": 1}, status=405),
    row("certificate", "mia", "sol", of=PAIR, status=409),
    # programmes
    row("programmes", "cleo", "sana", "olu"),
    row("programme_designs", "olu"),
    row("programme_design", "cleo", "sana", "olu", of=lambda cast: {"key": "global-digital"}),
    row("programme", "cleo", "sana", "olu", of=PROGRAMME),
    row("programme_rename", "olu", of=PROGRAMME),
    row("programme_purpose", "olu", of=PROGRAMME),
    row("programme_readiness", "olu", of=a_gated_programme),
    row("programme_people", "olu", of=PROGRAMME),
    row("programme_office_end", "olu", of=lambda cast: PROGRAMME(cast) | {"office_id": 1}, status=405),
    row("programme_texts", "cleo", "olu", of=PROGRAMME),
    row("programme_announcement", "cleo", "olu", of=PROGRAMME),
    row("programme_charter", "cleo", "sana", "olu", of=PROGRAMME),
    row("programme_charter_sign", "sana", "olu", of=PROGRAMME, status=405),
    row("programme_charter_present", "olu", of=PROGRAMME, status=405),
    # rounds
    row("cohort_new", "olu", of=PROGRAMME, status=405),
    row("cohort", "cleo", "olu", of=COHORT),
    row("cohort_settings", "olu", of=COHORT),
    row("cohort_open", "olu", of=a_planned_round),
    row("cohort_close", "olu", of=COHORT),
    row("pairs_end", "cleo", "olu", of=COHORT),
    row("cohort_draw", "olu", of=lambda cast: COHORT(cast) | {"role": "mentee"}),
    row("cohort_open_link", "cleo", "olu", of=COHORT),
    row("cohort_invite", "cleo", "olu", of=COHORT),
    row("overview", "cleo", "sana", "olu", of=COHORT),
    row("overview_export", "cleo", "sana", "olu", of=lambda cast: COHORT(cast) | {"kind": "csv"}),
    row("shared_stories", "cleo", "olu", of=COHORT),
    row("programme_page", *MEMBERS, of=lambda cast: {"key": cast.cohort.open_link_key}),
    row("programme_page_asked", *MEMBERS, of=lambda cast: {"key": cast.cohort.open_link_key}),
    # everybody's place, for organisers
    row("places", "cleo", "olu", of=COHORT),
    row("places_act", "cleo", "olu", of=COHORT, status=405),
    row("places_export", "cleo", "olu", of=lambda cast: COHORT(cast) | {"kind": "xlsx"}),
    row("place_for_organisers", "cleo", "olu", of=lambda cast: COHORT(cast) | MIA_PLACE(cast)),
    # a person's own place
    row("place", "mia", of=MIA_PLACE),
    row("place_leave", "sol", of=lambda cast: {"place_id": cast.sol_place.pk}, status=302),
    row("place_pause", "mia", of=MIA_PLACE, status=302),
    row("place_nominate", of=MIA_PLACE),
    row("register", "mia", of=MIA_PLACE, status=302),
    row("register_step", "mia", of=lambda cast: MIA_PLACE(cast) | {"step": "learn"}),
    row("prepare", "mia", of=MIA_PLACE),
    row("prepare_module", "mia", of=lambda cast: MIA_PLACE(cast) | {"module": "boundaries"}),
    row("prepare_committed", *MEMBERS),
)
