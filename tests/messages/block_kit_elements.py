"""Rules of Slack's for what stands inside a block: text objects, rich text, inputs. See block_kit_rules.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

ID, URL, TEXT_OBJECT = 255, 3_000, 3_000

Found = Iterator[str]
Node = dict[str, Any]


def length(text: str) -> int:
    """UTF-16 units, of which there are never fewer than characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# ---- text objects, keys, counts


def plain(text: Any, at: str, most: int) -> Found:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        yield f"{at}: must be plain_text"
        return
    yield from keys_of(text, at, "type text emoji", "text")
    yield from sized(text, at, {"text": (1, most)})
    if text.get("emoji") is not False:
        yield f"{at}: emoji must be off"
    if not str(text.get("text")).strip():
        yield f"{at}: blank"


def keys_of(node: Node, at: str, allowed: str, needed: str) -> Found:
    for key in sorted(set(node) - set(allowed.split())):
        yield f"{at}: {key!r} is unknown there"
    for key in sorted(set(needed.split()) - set(node)):
        yield f"{at}: {key!r} is missing"


def sized(node: Node, at: str, limits: dict[str, tuple[int, int]]) -> Found:
    for key, (least, most) in limits.items():
        value = node.get(key)
        if isinstance(value, str) and not least <= length(value) <= most:
            yield f"{at}.{key}: {length(value)} characters, not {least} to {most}"


def count(items: Any, at: str, least: int, most: int) -> Found:
    if not least <= len(items) <= most:
        yield f"{at}: {len(items)} of them, not {least} to {most}"


def unique(name: str, ids: list[str | None]) -> Found:
    for each, times in Counter(ids).items():
        if each is not None and times > 1:
            yield f"{name}: {each!r} stands {times} times"


# ---- what stands in an input

INPUT_KEYS = {
    "plain_text_input": "initial_value multiline min_length max_length",
    "number_input": "is_decimal_allowed initial_value min_value max_value",
    "datetimepicker": "initial_date_time",
    "static_select": "options option_groups initial_option",
    "radio_buttons": "options initial_option",
    "checkboxes": "options initial_options",
    "users_select": "initial_user",
    "conversations_select": "initial_conversation default_to_current_conversation filter",
}


def element_rules(element: Node, at: str) -> Found:
    most = element.get("max_length", TEXT_OBJECT)
    if not 1 <= most <= TEXT_OBJECT:
        yield f"{at}.max_length: {most}"
    if element["type"] == "plain_text_input" and length(element.get("initial_value", "")) > most:
        yield f"{at}.initial_value: longer than max_length"
    if "placeholder" in element:
        yield from plain(element["placeholder"], f"{at}.placeholder", 150)
    if len(str(element.get("initial_date_time", 10**9))) != 10:
        yield f"{at}.initial_date_time: Unix seconds of ten digits are expected"
    yield from _options(element, at)


def _options(element: Node, at: str) -> Found:
    if element["type"] not in ("static_select", "radio_buttons", "checkboxes"):
        return
    groups = element.get("option_groups")
    options = element.get("options", [])
    if groups is not None:
        yield from count(groups, f"{at}.option_groups", 1, 100)
        for n, group in enumerate(groups):
            yield from plain(group["label"], f"{at}.option_groups[{n}]", 75)
            yield from count(group["options"], f"{at}.option_groups[{n}]", 1, 100)
        options = [each for group in groups for each in group["options"]]
    else:
        yield from count(options, f"{at}.options", 1, 100 if element["type"] == "static_select" else 10)
    for n, option in enumerate(options):
        yield from _option(option, f"{at}.options[{n}]")
    yield from unique(f"{at}.options", [option.get("value") for option in options])
    for initial in [element["initial_option"]] if "initial_option" in element else element.get("initial_options", []):
        if initial not in options:
            yield f"{at}: the initial option is none of the options"


def overflow(menu: Node, at: str) -> Found:
    """The menu beside a section."""
    if menu.get("type") != "overflow":
        yield f"{at}: {menu.get('type')!r} is not expected beside a section"
        return
    yield from keys_of(menu, at, "type action_id options", "action_id options")
    yield from count(menu.get("options", []), f"{at}.options", 1, 5)
    for n, option in enumerate(menu.get("options", [])):
        yield from _option(option, f"{at}.options[{n}]")
    yield from unique(f"{at}.options", [option.get("value") for option in menu.get("options", [])])


def _option(option: Node, at: str) -> Found:
    yield from keys_of(option, at, "text value description", "text value")
    yield from plain(option.get("text"), f"{at}.text", 75)
    yield from sized(option, at, {"value": (1, 150)})


# ---- rich text

_LEAF_KEYS = {
    "text": ("text", "text"),
    "link": ("url text unsafe", "url"),
    "user": ("user_id", "user_id"),
    "channel": ("channel_id", "channel_id"),
    "emoji": ("name unicode", "name"),
    "date": ("timestamp format fallback url", "timestamp format"),
}
_STYLES = {"bold", "italic", "strike", "code", "underline"}


def rich_element(element: Node, at: str) -> Found:
    kind = element.get("type")
    if kind not in ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"):
        yield f"{at}: {kind!r} is no element of rich text"
        return
    yield from keys_of(
        element, at, "type elements" + (" style indent offset border" if kind == "rich_text_list" else ""), ""
    )
    yield from count(element.get("elements", []), at, 1, 1_000)
    inner = rich_element if kind == "rich_text_list" else _leaf
    for n, each in enumerate(element.get("elements", [])):
        yield from inner(each, f"{at}.elements[{n}]")
    if kind == "rich_text_list" and element.get("style") not in ("bullet", "ordered"):
        yield f"{at}.style: {element.get('style')!r}"


def _leaf(leaf: Node, at: str) -> Found:
    kind = leaf.get("type")
    if kind not in _LEAF_KEYS:
        yield f"{at}: {kind!r} is not expected in rich text"
        return
    keys, needed = _LEAF_KEYS[kind]
    yield from keys_of(leaf, at, "type style " + keys, needed)
    yield from sized(leaf, at, {"text": (1, TEXT_OBJECT), "url": (1, URL), "fallback": (1, TEXT_OBJECT)})
    if kind == "link" and not str(leaf.get("url")).startswith(("http://", "https://")):
        yield f"{at}.url: neither http nor https"
    if kind == "date" and (not isinstance(leaf.get("timestamp"), int) or "{" not in str(leaf.get("format"))):
        yield f"{at}: a date needs whole Unix seconds and a format with a token"
    if not set(leaf.get("style", {})) <= _STYLES:
        yield f"{at}.style: {leaf['style']}"
