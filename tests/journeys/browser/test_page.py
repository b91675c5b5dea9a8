"""The page itself: the guided ride, keys, names for screen readers, narrow windows, words that look like markup."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import Opens
from tests.journeys.browser.visitor import Visitor

PHONE = {"width": 375, "height": 800}


def take_the_next_stop(visitor: Visitor) -> None:
    tour = visitor.page.locator("#tour")
    button = tour.locator("[data-act=next]")
    before = tour.inner_text()
    button.click()
    visitor.page.wait_for_function(
        "before => { const tour = document.querySelector('#tour');"
        " return tour.innerText !== before && !tour.querySelector('[data-act]:disabled') }",
        arg=before,
    )


def test_the_guide_leads_a_first_visitor_through_eight_stops(opens: Opens) -> None:
    visitor = opens("sofia", "audit")
    stops = visitor.page.get_by_role("region", name="A first ride").get_by_role("listitem")
    expect(stops).to_have_count(8)
    expect(stops.nth(0)).to_have_attribute("aria-current", "step")
    for _ in range(17):
        take_the_next_stop(visitor)
    expect(visitor.page.locator("#tour")).to_contain_text("You have arrived.")
    visitor.goes_to("releases").sees("REL-8 Faster refunds", "Deployed")


def test_the_guide_notices_what_was_done_by_hand(opens: Opens) -> None:
    ana = opens("ana", "releases")
    stops = ana.page.get_by_role("region", name="A first ride").get_by_role("listitem")
    ana.says('/release new "By hand" service=search start="2026-12-02 20:00" goal=Speed plan=One backout=Back')
    expect(stops.nth(1)).to_have_attribute("aria-current", "step")
    ana.says("/release change add REL-8 CHG-131 authorised_by=Dana").hears("revision 2")
    ana.says("/release backout REL-8 trigger=Slow minutes=5").hears("revision 3")
    expect(stops.nth(1)).to_contain_text("REL-8 still needs a risk assessment.")
    ana.says("/release risk REL-8 users=1 tier=1 reversibility=1 novelty=1 coverage=1 dependencies=1").hears("low")
    expect(stops.nth(2)).to_have_attribute("aria-current", "step")
    ana.says("/release submit REL-8")
    expect(stops.nth(3)).to_have_attribute("aria-current", "step")


def test_who_comes_to_cabbot_alone_sees_what_waits_for_them(opens: Opens) -> None:
    ana = opens("ana", "releases").goes_to("Cabbot").hears("Waits for you").hears("REL-4 Sign in with a passkey")
    ana.becomes("Jun").hears("Before it can be started it needs a window free of collisions")
    ana.presses(ana.private(), "REL-3: Collisions").hears("Accepted by Marta")
    sofia = opens("sofia", "payments").says("/release").hears("Step 3 is yours in this stage")
    assert sofia.page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    sofia.says("/release show REL-3").hears("Pick lists on tablets")
    assert sofia.page.evaluate("document.documentElement.scrollTop") == 0


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width


def test_a_phone_shows_everything_and_nothing_is_cut_off(opens: Opens) -> None:
    ana = opens("ana", "releases", **PHONE)
    page = ana.page
    assert overflow(page) == 0
    page.get_by_role("button", name="You are Ana").click()
    page.locator("#people").get_by_role("button", name="Chiara").click()
    page.get_by_role("button", name="You are Chiara").click()
    page.locator("#channels").get_by_role("button", name=re.compile("^cab")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#cab")
    ballot = ana.sees("CAB: REL-5 Suggestions while you type", "Chiara is awaited")
    ana.presses(ballot, "Approve with a comment")
    assert overflow(page) == 0
    ana.fills_in("Approve", Comment="From the bus.")
    ana.sees("CAB: REL-5 Suggestions while you type", "From the bus.")
    page.get_by_role("button", name=re.compile("^Tue|^Wed|^Mon")).click()
    page.get_by_role("button", name="+1 h").click()
    expect(page.locator("#clock-now")).to_contain_text("11:0")
    page.get_by_role("button", name="Stop 1 of 8").click()
    expect(page.get_by_role("region", name="A first ride")).to_be_visible()
    assert overflow(page) == 0


@pytest.mark.parametrize("width", [375, 820, 1024, 1180, 1440])
def test_every_card_of_every_channel_fits_the_window(opens: Opens, width: int) -> None:
    visitor = opens("chiara", "releases", width=width)
    for channel in ("releases", "cab", "announcements", "payments", "@chiara"):
        visitor.comes("chiara", channel)
        visitor.page.reload()
        visitor.is_ready()
        wide = visitor.page.evaluate(
            "[...document.querySelectorAll('#list *, .bar *')].filter(each => !each.closest('.visually-hidden')"
            " && each.getClientRects().length"
            " && each.getBoundingClientRect().right > innerWidth + 0.5).map(each => each.className || each.tagName)"
        )
        assert (channel, wide, overflow(visitor.page)) == (channel, [], 0)


def test_the_keyboard_alone_is_enough(opens: Opens) -> None:
    page = opens("devika", "cab").page
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the messages")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("/rel")
    page.keyboard.press("Tab")
    page.keyboard.type("appr")
    page.keyboard.press("Tab")
    expect(box).to_have_value("/release approve ")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("REL-5")
    page.keyboard.press("Enter")
    expect(box).to_have_value("/release approve REL-5 ")
    page.keyboard.press("Enter")
    expect(page.locator("#list > .private")).to_contain_text("The CAB approved REL-5")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value("/release approve REL-5")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("heading", level=1)).to_have_text("#releases")
    page.keyboard.press("Alt+8")
    expect(page.locator("#people [aria-pressed=true]")).to_contain_text("Sofia")


def test_a_dialog_takes_the_focus_and_gives_it_back(opens: Opens) -> None:
    chiara = opens("chiara", "cab")
    approve = chiara.card("CAB: REL-5 Suggestions while you type").get_by_role("button", name="Approve", exact=True)
    approve.focus()
    chiara.page.keyboard.press("Enter")
    dialog = chiara.page.get_by_role("dialog", name="Approve REL-5?")
    expect(dialog.get_by_role("button", name="Approve")).to_be_focused()
    chiara.page.keyboard.press("Escape")
    expect(approve).to_be_focused()
    expect(chiara.card("CAB: REL-5 Suggestions while you type")).to_contain_text("1 approval missing of 2")


def test_a_screen_reader_finds_a_name_for_everything_that_can_be_used(opens: Opens) -> None:
    page = opens("chiara", "@chiara").page
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, a, select, textarea')].filter(each => each.getClientRects().length)"
        ".filter(each => !(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.length))"
        ".map(each => each.outerHTML)"
    )
    assert unnamed == []
    for role, name in (("navigation", "Channels"), ("main", "Cabbot"), ("complementary", "Guide and threads")):
        expect(page.get_by_role(role, name=name)).to_be_visible()  # type: ignore[arg-type]  # str: Playwright lists roles
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
    references = page.evaluate(
        "[...document.querySelectorAll('[aria-controls], [aria-labelledby]')]"
        ".flatMap(each => [each.getAttribute('aria-controls'), each.getAttribute('aria-labelledby')]).filter(Boolean)"
    )
    assert set(references) <= set(ids)


def test_what_happens_is_told_to_a_screen_reader(opens: Opens) -> None:
    ben = opens("ben", "releases")
    told = ben.page.get_by_role("status")
    ben.says("/release show REL-7")
    expect(told).to_have_text("Only you see this: REL-7 Checkout on one page: Deploying")
    ben.becomes("Chiara")
    expect(told).to_have_text("You are Chiara now, CAB member.")


def test_words_that_look_like_markup_show_as_they_were_typed(opens: Opens) -> None:
    title = "<img src=x onerror=alert(1)> **bold** <!channel> &amp;"
    ana = opens("ana", "releases").says(f'/release new "{title}"')
    ana.sees(f"REL-8 {title}", "Draft")
    ana.says("<b>not a command</b>")
    expect(ana.page.locator("#list .message-words").last).to_have_text("<b>not a command</b>")
    assert ana.page.locator("#list img[src=x], #list .message-words b").count() == 0


def test_a_theme_is_kept(opens: Opens) -> None:
    page = opens().page
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Theme: auto").click()
    page.get_by_role("button", name="Theme: light").click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()


def test_who_and_where_stand_in_the_address(opens: Opens) -> None:
    ben = opens("ana", "releases").becomes("Ben").goes_to("ecab")
    ben.page.reload()
    ben.is_ready()
    expect(ben.page.locator("#people [aria-pressed=true]")).to_contain_text("Ben")
    expect(ben.page.get_by_role("heading", level=1)).to_have_text("#ecab")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(opens: Opens, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    visitor = opens("chiara", "cab")
    visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # str: Playwright lists schemes
    visitor.says("/release list")
    expect(visitor.private()).to_be_visible()
    assert visitor.page.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const layer = rgba(getComputedStyle(each).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    const style = getComputedStyle(element);
    if (!words || style.fontSize === '0px' || !element.getClientRects().length || element.closest('.visually-hidden, .skip, [aria-hidden=true], :disabled')) continue;
    const under = behind(element), ink = over(rgba(style.color), under);
    const [high, low] = [light(ink), light(under)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${element.className} ${words.slice(0, 30)}`);
  }
  return [...new Set(found)];
}"""
