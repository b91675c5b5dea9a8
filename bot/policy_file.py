"""Where the policy comes from: a file of the organisation, or the rules that are built in."""

from pathlib import Path

from handlers.kit.call import Refused
from handlers.kit.from_template import as_new
from handlers.policy.policy_templates import SAMPLE
from handlers.policy.rules import Rules
from handlers.policy.rules_file import RulesError, parse_rules, wrong_at
from handlers.policy.templates import filled


def load_rules(path: Path | None) -> Rules:
    """The rules of that file, or the built-in ones when there is none.

    Raises RulesError with a sentence: the key and the line of the trouble, or why the file can't be read.
    """
    if path is None:
        return Rules()
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RulesError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise RulesError(f"{path} is no text in UTF-8; a policy is a TOML file.") from None
    return _usable(parse_rules(source), source)


def _usable(rules: Rules, source: str) -> Rules:
    """The rules, once every template of theirs was read as a release would be."""
    for each in rules.templates:
        try:
            as_new(filled(each.kind, each.text, SAMPLE))
        except Refused as refused:
            wrong = refused.sentence.rstrip(".")
            raise wrong_at(f"templates.{each.name}.text", source, f"can't be used. {wrong}") from None
    return rules
