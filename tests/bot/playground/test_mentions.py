"""People and channels as they are typed in the playground."""

import pytest

from bot.playground.mentions import marked

PEOPLE, CHANNELS = {"ben", "ana"}, {"cab", "releases"}


@pytest.mark.parametrize(
    "typed, read",
    [
        ("role grant @ben cab_member", "role grant <@ben> cab_member"),
        ("role grant @Ben cab_member", "role grant <@ben> cab_member"),
        ("service add web owner=@ana", "service add web owner=<@ana>"),
        ("link cab #cab", "link cab <#cab|cab>"),
        ("status schedule every=4h channel=#releases", "status schedule every=4h channel=<#releases|releases>"),
        ('new "Ask @ben in #cab"', 'new "Ask @ben in #cab"'),
        ("new “Ask @ben”", "new “Ask @ben”"),
        (r'new "a \" @ben" @ana', r'new "a \" @ben" <@ana>'),
        ("role grant @nobody cab_member", "role grant @nobody cab_member"),
        ("show ana@ben", "show ana@ben"),
        ("show #42", "show #42"),
        ("role grant <@ben> cab_member", "role grant <@ben> cab_member"),
    ],
)
def test_a_mention_is_a_word_of_its_own_or_a_whole_value(typed: str, read: str) -> None:
    assert marked(typed, PEOPLE, CHANNELS) == read
