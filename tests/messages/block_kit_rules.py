"""What Slack refuses in a message or a view, so that a payload can be judged without Slack.

`violations(payload)` answers a list of sentences, each with the place in the payload; an empty list is a pass. The
limits are Slack's documented ones; where Slack is silent the stricter reading is taken:

- Lengths are counted in UTF-16 units, of which there are never fewer than characters.
- Blocks count together against an undocumented limit that falls near 13,200 characters, containers included, so the
  compact JSON of all blocks is held under that, and the texts in them under 12,000.
- Only `rich_text` and `plain_text` with `emoji` off carry text, because nothing in them is parsed.
- Keys that an object doesn't have are refused, as Slack does.
"""

from __future__ import annotations

import json
from typing import Any

from tests.messages.block_kit_elements import (
    ID,
    INPUT_KEYS,
    TEXT_OBJECT,
    URL,
    Found,
    Node,
    count,
    element_rules,
    keys_of,
    length,
    overflow,
    plain,
    rich_element,
    sized,
    unique,
)

TEXT = 4_000  # chat.update refuses more, and counts bytes
BLOCKS = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES = 250_000
ALL_TEXT, ALL_JSON = 12_000, 13_200
BUTTON_VALUE = 2_000


def violations(payload: Node) -> list[str]:
    """Every rule of Slack's that a message (`text`, `blocks`) or a view (`type` modal or home) breaks."""
    if payload.get("type") in ("modal", "home"):
        return list(_view(payload))
    return list(_message(payload))


def all_text(node: Any) -> int:
    """The characters that a reader sees, or may see, in a payload or a part of it."""
    if isinstance(node, dict):
        own = sum(length(each) for key, each in node.items() if key in ("text", "fallback") and isinstance(each, str))
        return own + sum(all_text(each) for each in node.values() if isinstance(each, (dict, list)))
    return sum(all_text(each) for each in node) if isinstance(node, list) else 0


# ---- the whole


def _message(message: Node) -> Found:
    if message.get("delete_original"):
        return
    text, blocks = message.get("text"), message.get("blocks", [])
    if not isinstance(text, str) or not text.strip():
        yield "text: a message needs it, for notifications and screen readers"
    else:
        yield from _fallback(text)
    if "attachments" in message:
        yield "attachments: blocks say it all"
    yield from _blocks(blocks, "message")
    if all_text(blocks) > ALL_TEXT:
        yield f"blocks: {all_text(blocks)} characters of text in all, more than {ALL_TEXT}"
    if (size := length(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))) > ALL_JSON:
        yield f"blocks: {size} characters of JSON in all, more than {ALL_JSON}"


def _fallback(text: str) -> Found:
    if (size := len(text.encode("utf-8", "surrogatepass"))) > TEXT:
        yield f"text: {size} bytes, more than {TEXT}"
    if "<" in text or ">" in text:
        yield "text: a bare < or > can be a mention or a link; write &lt; and &gt;"


def _view(view: Node) -> Found:
    kind = view["type"]
    yield from keys_of(view, kind, "type title submit close blocks callback_id external_id private_metadata"
                     " clear_on_close notify_on_close", "type blocks" + (" title" if kind == "modal" else ""))  # fmt: skip
    for name in ("title", "submit", "close"):
        if name in view:
            yield from plain(view[name], name, 24)
    yield from sized(view, "view", {"callback_id": (1, ID), "external_id": (1, ID), "private_metadata": (0, 3_000)})
    blocks = view.get("blocks", [])
    yield from _blocks(blocks, kind)
    if any(block.get("type") == "input" for block in blocks) and "submit" not in view and kind == "modal":
        yield "submit: a modal with inputs needs it"
    if (size := len(json.dumps(view))) > VIEW_BYTES:
        yield f"view: {size} bytes of JSON, more than {VIEW_BYTES}"


def _blocks(blocks: Any, surface: str) -> Found:
    if not isinstance(blocks, list):
        yield "blocks: not a list"
        return
    if len(blocks) > BLOCKS[surface]:
        yield f"blocks: {len(blocks)}, more than {BLOCKS[surface]}"
    for at, block in enumerate(blocks):
        yield from _block(block, f"blocks[{at}]", surface)
    yield from unique("block_id", [block.get("block_id") for block in blocks])
    menus = [block["accessory"] for block in blocks if "accessory" in block]
    elements = [each for block in blocks for each in block.get("elements", [])]
    actions = [each.get("action_id") for each in (*elements, *menus)]
    yield from unique("action_id", actions)


# ---- one block

_BLOCK_KEYS = {
    "header": ("text", "text"),
    "section": ("text fields accessory", ""),
    "context": ("elements", "elements"),
    "actions": ("elements", "elements"),
    "divider": ("", ""),
    "rich_text": ("elements", "elements"),
    "input": ("label element hint optional dispatch_action", "label element"),
    "image": ("image_url alt_text title", "image_url alt_text"),
}


def _block(block: Node, at: str, surface: str) -> Found:
    kind = block.get("type")
    if kind not in _BLOCK_KEYS or (kind == "input" and surface == "message"):
        yield f"{at}: {kind!r} is no block for a {surface}"
        return
    keys, needed = _BLOCK_KEYS[kind]
    yield from keys_of(block, at, "type block_id " + keys, needed)
    yield from sized(block, at, {"block_id": (1, ID), "image_url": (1, URL), "alt_text": (1, 2_000)})
    yield from _BLOCK_RULES.get(kind, _nothing)(block, at)


def _nothing(block: Node, at: str) -> Found:
    yield from ()


def _header(block: Node, at: str) -> Found:
    yield from plain(block.get("text"), f"{at}.text", 150)


def _section(block: Node, at: str) -> Found:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield f"{at}: neither text nor fields"
    if "text" in block:
        yield from plain(block["text"], f"{at}.text", TEXT_OBJECT)
    if "accessory" in block:
        yield from overflow(block["accessory"], f"{at}.accessory")
    yield from count(fields, f"{at}.fields", 0, 10)
    for n, each in enumerate(fields):
        yield from plain(each, f"{at}.fields[{n}]", 2_000)


def _context(block: Node, at: str) -> Found:
    yield from count(block.get("elements", []), at, 1, 10)
    for n, each in enumerate(block.get("elements", [])):
        yield from plain(each, f"{at}.elements[{n}]", TEXT_OBJECT)


def _actions(block: Node, at: str) -> Found:
    yield from count(block.get("elements", []), at, 1, 25)
    for n, each in enumerate(block.get("elements", [])):
        yield from _button(each, f"{at}.elements[{n}]")


def _button(button: Node, at: str) -> Found:
    if button.get("type") != "button":
        yield f"{at}: {button.get('type')!r} is not expected among actions"
        return
    yield from keys_of(button, at, "type text action_id value url style confirm accessibility_label", "text action_id")
    yield from plain(button.get("text"), f"{at}.text", 75)
    yield from sized(button, at, {"action_id": (1, ID), "value": (1, BUTTON_VALUE), "url": (1, URL)})
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"{at}.style: {button['style']!r}"
    if "confirm" in button:
        yield from _confirm(button["confirm"], f"{at}.confirm")


def _confirm(confirm: Node, at: str) -> Found:
    yield from keys_of(confirm, at, "title text confirm deny style", "title text confirm deny")
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from plain(confirm.get(name), f"{at}.{name}", most)


def _input(block: Node, at: str) -> Found:
    yield from plain(block.get("label"), f"{at}.label", 2_000)
    if "hint" in block:
        yield from plain(block["hint"], f"{at}.hint", 2_000)
    element = block.get("element", {})
    keys = INPUT_KEYS.get(element.get("type"))
    if keys is None:
        yield f"{at}.element: {element.get('type')!r} is not expected in an input"
        return
    yield from keys_of(element, f"{at}.element", "type action_id placeholder focus_on_load " + keys, "action_id")
    yield from sized(element, f"{at}.element", {"action_id": (1, ID), "initial_value": (0, TEXT_OBJECT)})
    yield from element_rules(element, f"{at}.element")


def _rich_text(block: Node, at: str) -> Found:
    yield from count(block.get("elements", []), at, 1, 1_000)
    for n, element in enumerate(block.get("elements", [])):
        yield from rich_element(element, f"{at}.elements[{n}]")


_BLOCK_RULES = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
}
