import pytest

from messages.safety import one_line, visible, web_address


@pytest.mark.parametrize(
    "words, shown",
    [
        ("as typed <b>*x*</b> &amp; @here", "as typed <b>*x*</b> &amp; @here"),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("a\x00b\x1bc\x7fd\x9be", "abcde"),
        ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
        ("invoice\u202efdp.exe\u202c", "invoicefdp.exe"),
        ("\u2066a\u2069", "a"),
        ("\u200fسمك\u200e", "\u200fسمك\u200e"),  # marks that right-to-left text needs
        ("half \ud83d!", "half \ufffd!"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(words: str, shown: str) -> None:
    assert visible(words) == shown


def test_one_line_has_single_spaces() -> None:
    assert one_line(" a\n\n b\u00a0c\x00 ") == "a b c"


@pytest.mark.parametrize("url", ["https://a.b", "http://a.b:8080/c?d=1&e=2#f", "HTTPS://A.B/", "https://a.b/%20x"])
def test_addresses_that_may_be_linked(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "javascript:alert(1)", "data:text/html,x", "//a.b", "ftp://a.b", "https://", "https://?x", "https:///x",
        "https://a.b/<!channel>", "https://a.b|label", 'https://a.b/"x', "https://a.b/ x", "https://a.b/\n", "https://é.b",
        "https://[::1", "https://a.b/" + "x" * 3_000, "https://a.b/\ud83d",
    ],
)  # fmt: skip
def test_addresses_that_may_not(url: str) -> None:
    assert web_address(url) is None
