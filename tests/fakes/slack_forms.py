"""Filling in a modal: the state that Slack sends for answers given as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.fakes.slack_world import Json, View


def state_of(view: View, answers: Json) -> dict[str, dict[str, Json]]:
    """The state of every input; a name that the modal has no field for is a mistake of the test."""
    unknown = sorted(set(answers) - set(view.inputs))
    assert not unknown, f"the modal has no field {unknown}; it has {sorted(view.inputs)}"
    return {
        name: {element["action_id"]: _filled(element, answers[name]) if name in answers else _as_it_was(element)}
        for name, element in view.inputs.items()
    }


def _as_it_was(element: Json) -> Json:
    kind = element["type"]
    match kind:
        case "plain_text_input" | "number_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "datetimepicker":
            return {"type": kind, "selected_date_time": element.get("initial_date_time")}
        case "users_select":
            return {"type": kind, "selected_user": element.get("initial_user")}
        case "conversations_select":
            return {"type": kind, "selected_conversation": element.get("initial_conversation")}
        case "checkboxes":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case _:
            return {"type": kind, "selected_option": element.get("initial_option")}


def _filled(element: Json, answer: Any) -> Json:
    kind = element["type"]
    match kind:
        case "plain_text_input" | "number_input":
            most = element.get("max_length", 3_000)
            assert len(str(answer)) <= most, f"Slack lets nobody type more than {most} characters here"
            return {"type": kind, "value": None if answer is None else str(answer)}
        case "datetimepicker":
            seconds = int(answer.timestamp()) if isinstance(answer, datetime) else answer
            return {"type": kind, "selected_date_time": seconds}
        case "users_select":
            return {"type": kind, "selected_user": answer}
        case "conversations_select":
            return {"type": kind, "selected_conversation": answer}
        case "checkboxes":
            return {"type": kind, "selected_options": [_option(element, "yes")] if answer else []}
        case _:
            return {"type": kind, "selected_option": None if answer is None else _option(element, str(answer))}


def _option(element: Json, wanted: str) -> Json:
    """By value or by label, as a person would choose."""
    options: list[Json] = element.get("options", [])
    options = options + [each for group in element.get("option_groups", []) for each in group["options"]]
    found = [each for each in options if wanted in (each["value"], each["text"]["text"])]
    assert found, f"there is no option “{wanted}”; there are {[each['value'] for each in options]}"
    return found[0]
