"""The verbs of the directory."""

from turnabout.people.services.addresses import FormerAddress
from turnabout.people.services.assistants import end_assistant, name_assistant
from turnabout.people.services.businesses import BusinessDetails, add_entity, edit_entity
from turnabout.people.services.imports import (
    ask_check,
    ask_write,
    choose_reading,
    clear_old_files,
    discard_import,
    forget_unfinished,
    offered_mapping,
    outline_of,
    refuse_size,
    run_check,
    run_write,
    sheet_of,
    start_import,
    stop_work,
)
from turnabout.people.services.persons import (
    PersonDetails,
    add_person,
    choose_time_zone,
    edit_person,
    mark_left,
    return_person,
    set_manager,
)

__all__ = [
    "BusinessDetails",
    "FormerAddress",
    "PersonDetails",
    "add_entity",
    "add_person",
    "ask_check",
    "ask_write",
    "choose_reading",
    "choose_time_zone",
    "clear_old_files",
    "discard_import",
    "edit_entity",
    "edit_person",
    "end_assistant",
    "forget_unfinished",
    "mark_left",
    "name_assistant",
    "offered_mapping",
    "outline_of",
    "refuse_size",
    "return_person",
    "run_check",
    "run_write",
    "set_manager",
    "sheet_of",
    "start_import",
    "stop_work",
]
