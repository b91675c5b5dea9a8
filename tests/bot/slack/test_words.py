import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.words import addressed_to, mentioned, plain


@pytest.mark.parametrize(
    "written, meant",
    [
        ("new x", "new x"),
        ("fish &amp; chips &lt;b&gt;", "fish & chips <b>"),
        ("&amp;lt;", "&lt;"),
        ("role grant cab_member <@U024BE7LH|ben>", "role grant cab_member <@U024BE7LH|ben>"),
        ("link cab <#C0123|cab-channel>", "link cab <#C0123|cab-channel>"),
        ("link cab <#C0123|>", "link cab <#C0123|>"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <http://example.org|example.org>", "see example.org"),
        ("mail <mailto:ana@example.org|ana@example.org>", "mail ana@example.org"),
        ("mail <mailto:ana@example.org>", "mail ana@example.org"),
        ("call <tel:+491|+491>", "call +491"),
        ("hey <!here> and <!channel|@channel>", "hey @here and @channel"),
        ("ask <!subteam^S012|@payments>", "ask @payments"),
        ("group grant <!subteam^S012|@cab&amp;co> on_call", "group grant <&S012|@cab&co> on_call"),
        ("role grant <!subteam^S012> on_call", "role grant <&S012|> on_call"),
        ("new role <!subteam^S012|@payments>", "new role @payments"),
        ("at <!date^1392734382^{date}|18 February>", "at 18 February"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<>", "<>"),
    ],
)
def test_words_are_what_was_typed(written: str, meant: str) -> None:
    assert plain(written) == meant


@given(st.text())
def test_what_slack_escapes_comes_back(typed: str) -> None:
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain(escaped) == typed


@given(st.text(alphabet="<>&;|!@#^ltgamp:/ab"))
def test_nothing_that_is_delivered_breaks_it(text: str) -> None:
    assert isinstance(plain(text), str)


@pytest.mark.parametrize(
    "text, said",
    [
        ("<@U0BOT> new x", "new x"),
        ("<@U0BOT>: new x", "new x"),
        ("hey <@U0BOT|cabbot>, list mine", "hey   list mine"),
        ("<@UOTHER> new", "<@UOTHER> new"),
    ],
)
def test_the_mention_that_addresses_the_bot_is_not_part_of_the_words(text: str, said: str) -> None:
    assert addressed_to("U0BOT", text) == said


def test_mentioned_accounts_are_found_once() -> None:
    assert mentioned("grant <@U1> and <@W2|ben> and <@U1>, not <#C1|x>") == ("U1", "W2")
    assert mentioned("nobody") == ()


@pytest.mark.parametrize(
    "unit", ["<@U0BOT|", "<@U1|x", "<#C1|", "<https://", "<!", "<", "&", "&amp", "<mailto:<", "<@U0BOT|a>b<@U0BOT|"]
)
def test_a_text_made_to_be_slow_is_read_like_any_other(unit: str) -> None:
    """Row 21: anything worse than one pass over a megabyte runs into the test's own time limit."""
    text = unit * (1_000_000 // len(unit))
    plain(text)
    addressed_to("U0BOT", text)
    mentioned(text)
