"""Where the policy comes from: a file of the organisation, or the rules that are built in."""

from pathlib import Path

from handlers.policy.rules import Rules, RulesError, parse_rules


def load_rules(path: Path | None) -> Rules:
    """The rules of that file, or the built-in ones when there is none.

    Raises RulesError with a sentence: the key and the line of the trouble, or why the file can't be read.
    """
    if path is None:
        return Rules()
    try:
        return parse_rules(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RulesError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise RulesError(f"{path} is no text in UTF-8; a policy is a TOML file.") from None
