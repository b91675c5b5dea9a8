"""Texts that people might write, meaning harm or not, and how many of them a property is tried on.

A run on a build server (environment variable CI) tries 10,000; a run at home 500.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

many = settings(
    max_examples=10_000 if os.environ.get("CI") else 500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""How a property about user text is tried."""

HOSTILE = (
    "<!channel>", "<!here>", "<!everyone>", "<@U0AAAAAAA>", "<#C0AAAAAAA|general>", "<!subteam^S0AAAAAAA>",
    "<https://evil.example|https://good.example>", "<mailto:a@b.c|x>", "<!date^1^{date}|x>", "&lt;!channel&gt;", "&amp;",
    "@here", "@channel", "@Everyone", "#general", "https://evil.example/?a=1&b=2", "*bold*", "_i_", "~s~", "`code`",
    "```\nblock\n```", "> quote", ":tada:", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</article>",
    "\" onclick=\"alert(1)", "' autofocus onfocus='alert(1)", "javascript:alert(1)", "<!--", "-->", "]]>", "{{x}}", "${x}",
    "&#60;b&#62;", "\u202edesrever\u202c", "\u2066x\u2069", "\x00", "\x1b[31m", "\r\nX: y", "\u2028", "\ufeff", "\ud83d",
    "🙂", "👩‍👩‍👧‍👦", "e\u0301", "ﷺ", "日本語", "עברית",
)  # fmt: skip

wild = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(), max_size=20),  # surrogates too
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=6).map("".join),
    st.sampled_from(HOSTILE).map(lambda each: each * 300),
)
"""Any text at all, more often a nasty one, sometimes a very long one."""
