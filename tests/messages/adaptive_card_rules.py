"""What Teams refuses, shows wrongly or acts on in an Adaptive Card, so that a card can be judged without Teams.

`violations(payload)` answers a list of sentences, each with the place in the payload; an empty list is a pass. A payload
is a card or a whole message. `schema_violations(card)` asks Microsoft's own schema of version 1.5, which finds unknown
keys and wrong types; the rules here find what it lets pass, and our own rule that people's words are never markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator

from messages.safety import web_address

Node = dict[str, Any]
Found = Iterator[str]

BYTES = 28_000
TITLE = 60
IN_A_ROW = 6
READERS = 60
VERBS = ("say", "form", "refresh")
MACRO = re.compile(
    r"\{\{(?:DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, SHORT\)|TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\))\}\}"
)
MENTION = re.compile(r"<at>([^<>]*)</at>")
BOLD = re.compile(r"\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*")
MARKDOWN = re.compile(r"[\\*_`\[\]<>#~|{}&\n\r@]|://|\.[^\W\d_]|\A\s*(?:[-+]|\d+[.)])")
LIVE = re.compile(r"\{\{|</?at\b", re.IGNORECASE)
ELEMENTS: dict[str, tuple[str, ...]] = {
    "TextBlock": ("text",),
    "RichTextBlock": ("inlines",),
    "Container": ("items",),
    "ColumnSet": ("columns",),
    "Column": ("items", "width"),
    "ActionSet": ("actions",),
    "Input.Text": ("id", "label"),
    "Input.Number": ("id", "label"),
    "Input.Date": ("id", "label"),
    "Input.Time": ("id", "label"),
    "Input.Toggle": ("id", "label", "title"),
    "Input.ChoiceSet": ("id", "label", "choices"),
}
HOST_WORDS = {
    "style": (
        "emphasis",
        "accent",
        "good",
        "warning",
        "attention",
        "heading",
        "expanded",
        "compact",
        "positive",
        "destructive",
    ),
    "size": ("small", "medium", "large"),
    "weight": ("bolder",),
    "color": ("accent", "good", "warning", "attention"),
    "fontType": ("monospace",),
    "spacing": ("none", "small", "medium", "large"),
    "width": ("20px", "32px", "110px", "auto", "stretch"),
}
"""The words that we use; the schema's own patterns let through whatever ends like one, and what is no word at all."""
ACTIONS = ("Action.Execute", "Action.Submit", "Action.ToggleVisibility")

_SCHEMA = files("adaptive_cards").joinpath("schemas", "schema-1.5.json").read_text(encoding="utf-8")
_VALIDATOR = Draft6Validator(json.loads(_SCHEMA))


def schema_violations(card: Node) -> list[str]:
    """What the official schema says; the host's own `msteams` isn't part of it."""
    plain = {key: value for key, value in card.items() if key != "msteams"}
    return [f"{each.json_path}: {each.message[:200]}" for each in _VALIDATOR.iter_errors(plain)]


def violations(payload: Node) -> list[str]:
    """Every rule that a card, or a message with one, breaks."""
    if payload.get("type") == "message":
        return list(_message(payload))
    return list(_card(payload))


def walk(node: Any) -> Iterator[Node]:
    """Every element, run, action and choice; what a server is sent back isn't looked into."""
    if isinstance(node, dict):
        yield node
        for key, each in node.items():
            if key not in ("data", "msteams"):
                yield from walk(each)
    elif isinstance(node, list):
        for each in node:
            yield from walk(each)


# ---- the whole


def _message(message: Node) -> Found:
    if not str(message.get("summary", "")).strip():
        yield "summary: a notification needs it"
    elif LIVE.search(message["summary"]):
        yield "summary: a live sign"
    if "text" in message:
        yield "text: it would be shown above the card, as markdown"
    attached = message.get("attachments", [])
    if len(attached) != 1 or attached[0].get("contentType") != "application/vnd.microsoft.card.adaptive":
        yield "attachments: not one Adaptive Card"
        return
    if (size := len(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())) > BYTES:
        yield f"message: {size} bytes, more than {BYTES}"
    yield from _card(attached[0]["content"])


def _card(card: Node) -> Found:
    for key, value in (("type", "AdaptiveCard"), ("version", "1.5")):
        if card.get(key) != value:
            yield f"{key}: {card.get(key)!r} isn't {value}"
    if not card.get("body"):
        yield "body: empty"
    if not card.get("fallbackText"):
        yield "fallbackText: what an old client shows"
    if card.get("msteams", {}).get("width") != "Full":
        yield "msteams.width: not Full"
    if "actions" in card:
        yield "actions: they stand in the body, beside what they are about"
    yield from _nodes(card)
    yield from _ids(card)
    yield from _mentions(card)
    yield from _refresh(card.get("refresh"))


def _nodes(card: Node) -> Found:
    for node in walk(card.get("body", [])):
        kind = node.get("type", "TargetElement" if "elementId" in node else "Input.Choice" if "value" in node else "")
        if kind in ELEMENTS:
            yield from (f"{kind}: no {key}" for key in ELEMENTS[kind] if not node.get(key))
            yield from _RULES.get(kind, _none)(node)
        elif kind in ACTIONS:
            yield from _action(node)
        elif kind == "Action.OpenUrl":
            yield from _address(node)
        elif kind == "TextRun":
            yield from _words("TextRun.text", node.get("text", ""))
        elif kind not in ("TargetElement", "Input.Choice"):
            yield f"{kind!r} is no element for us"
        yield from _named(node, kind)


def _named(node: Node, kind: str) -> Found:
    for key in ("label", "errorMessage", "placeholder", "title"):
        if key in node:
            yield from _words(f"{kind}.{key}", node[key])
    for key, words in HOST_WORDS.items():
        if key in node and node[key] not in words:
            yield f"{kind}.{key}: {node[key]!r}"


def _none(node: Node) -> Found:
    yield from ()


def _ids(card: Node) -> Found:
    nodes = list(walk(card.get("body", [])))
    ids = [node["id"] for node in nodes if "id" in node]
    yield from (f"id {each!r} is given twice" for each in sorted({each for each in ids if ids.count(each) > 1}))
    shown = {node["elementId"] for node in nodes if node.get("isVisible", True) and "elementId" in node}
    yield from (f"{each!r} is toggled and isn't there" for each in sorted(shown - set(ids)))
    hidden = {node.get("id", "") for node in nodes if node.get("isVisible") is False and "elementId" not in node}
    yield from (f"{each!r} is hidden for ever" for each in sorted(hidden - shown))


def _mentions(card: Node) -> Found:
    entities = card.get("msteams", {}).get("entities", [])
    texts = [each.get("text") for each in entities]
    if len(set(texts)) < len(texts):
        yield "entities: two mentions with the same text"
    if not all(each.get("type") == "mention" and each.get("mentioned", {}).get("id") for each in entities):
        yield "entities: a mention of nobody"
    blocks = [node["text"] for node in walk(card.get("body", [])) if node.get("type") == "TextBlock"]
    used = {found[0] for words in blocks for found in MENTION.finditer(words)}
    yield from (f"{each} has no entity" for each in sorted(used - set(texts)))
    yield from (f"{each} is mentioned nowhere" for each in sorted(set(texts) - used))


def _refresh(asked: Any) -> Found:
    if asked is None:
        return
    people, action = asked.get("userIds", []), asked.get("action", {})
    if not 1 <= len(people) <= READERS or len(set(people)) < len(people):
        yield f"refresh.userIds: {len(people)}, not 1 to {READERS} different ones"
    if action.get("type") != "Action.Execute" or action.get("verb") != "refresh" or "say" not in action.get("data", {}):
        yield "refresh.action: not a sentence with the verb refresh"


# ---- words


def _words(where: str, words: Any) -> Found:
    """Words that no client reads as markdown: only Teams' own signs could act in them."""
    if not isinstance(words, str) or not words:
        yield f"{where}: no words"
    elif LIVE.search(MACRO.sub("", words)):
        yield f"{where}: a live sign in {words[:80]!r}"


def markdown(words: str) -> str:
    """What is left of a text block without mentions, dates and bold type: nothing in it may mean anything."""
    return BOLD.sub(lambda found: found[0].strip("*"), MACRO.sub("x", MENTION.sub(r"\1", words)))


def _text_block(node: Node) -> Found:
    if MARKDOWN.search(markdown(node["text"])):
        yield f"TextBlock: markdown in {node['text'][:80]!r}"
    if node.get("wrap") is not True:
        yield "TextBlock: cut off, not wrapped"


def _address(node: Node) -> Found:
    if web_address(node.get("url", "")) is None:
        yield f"Action.OpenUrl: {str(node.get('url'))[:80]!r}"
    if "title" in node:
        yield "Action.OpenUrl: a button; only text links"


# ---- actions and inputs


def _action(node: Node) -> Found:
    kind, title = node["type"], node.get("title", "")
    if not title.strip() or len(title) > TITLE:
        yield f"{kind}: title of {len(title)} characters"
    if kind == "Action.ToggleVisibility":
        return
    data = node.get("data", {})
    if not isinstance(data.get("say"), str):
        yield f"{kind}: says nothing"
    if data.get("msteams", {"type": "task/fetch"}) != {"type": "task/fetch"} or ("msteams" in data and "form" in data):
        yield f"{kind}: {data['msteams']}"
    if kind == "Action.Submit":
        return
    if node.get("verb") not in VERBS:
        yield f"{kind}: verb {node.get('verb')!r}"
    if node.get("fallback", {}).get("type") != "Action.Submit" or node["fallback"].get("data") != data:
        yield f"{kind}: an older client can't say the same"


def _action_set(node: Node) -> Found:
    if len(node["actions"]) > IN_A_ROW:
        yield f"ActionSet: {len(node['actions'])} actions, more than {IN_A_ROW}"


def _input(node: Node) -> Found:
    if node.get("isRequired") and not node.get("errorMessage"):
        yield f"{node['type']}: required without a word on it"
    if MARKDOWN.search(node.get("errorMessage", "")):
        yield f"{node['type']}: markdown in its error message"


def _choice_set(node: Node) -> Found:
    yield from _input(node)
    values = [each["value"] for each in node.get("choices", [])]
    if len(set(values)) < len(values) or "" in values:
        yield "Input.ChoiceSet: a value twice or empty"
    if "value" in node and node["value"] not in values:
        yield "Input.ChoiceSet: what is chosen isn't offered"
    if node.get("style") == "expanded" and any(MARKDOWN.search(each["title"]) for each in node["choices"]):
        yield "Input.ChoiceSet: markdown beside a radio button"


_RULES = {
    "TextBlock": _text_block,
    "ActionSet": _action_set,
    "Input.ChoiceSet": _choice_set,
    **dict.fromkeys(("Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle"), _input),
}
