"""A person at the playground's page, with their hands: what they type, press, fill in, and see."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Visitor:
    """One window. `troubles` holds what the browser complained of, which must stay nothing."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self._address = page, address
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)

    # ---- who and where

    def comes(self, handle: str, channel: str = "releases") -> Visitor:
        self.page.goto(f"{self._address}/#{handle}/{channel}")
        self.is_ready()
        return self

    def is_ready(self) -> None:
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")

    def becomes(self, name: str) -> Visitor:
        person = re.compile(rf"^(\w\w )?{name}\b")  # the letters before the name are those of the picture
        self.page.get_by_role("region", name="You are").get_by_role("button", name=person).click()
        expect(self.page.locator("#people [aria-pressed=true]")).to_contain_text(name)
        return self

    def goes_to(self, channel: str) -> Visitor:
        name = "Direct messages with Cabbot" if channel == "Cabbot" else channel
        self.page.get_by_role("navigation", name="Channels").get_by_role(
            "button", name=re.compile(rf"^{name}( \d|$)")
        ).click()
        title = channel if channel == "Cabbot" else f"#{channel}"
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        return self

    # ---- what they say

    def says(self, line: str) -> Visitor:
        box = self.page.get_by_role("combobox")
        box.fill(line)
        box.press("Enter")
        return self

    def presses(self, card: Locator, label: str, *, sure: str = "") -> Visitor:
        card.get_by_role("button", name=label, exact=True).click()
        if sure:
            self.page.get_by_role("dialog").get_by_role("button", name=sure, exact=True).click()
        return self

    def fills_in(self, submit: str, **values: str) -> Visitor:
        form = self.form
        for label, value in values.items():
            form.get_by_label(re.compile(rf"^{label.replace('_', '.')}", re.IGNORECASE)).fill(value)
        form.get_by_role("button", name=submit, exact=True).click()
        return self

    def moves_the_clock(self, label: str) -> Visitor:
        self.page.locator("#clock").get_by_role("button", name=label).click()
        expect(self.page.locator("#clock")).not_to_have_attribute("data-moving", "yes", timeout=20_000)
        return self

    # ---- what they see

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("dialog").locator("form")

    def card(self, title: str) -> Locator:
        """The newest card with that title that hangs here for everybody."""
        return self.page.locator("#list > .message .card").filter(has=self.page.get_by_role("heading", name=title)).last

    def private(self) -> Locator:
        """The answer that only they see."""
        return self.page.locator("#list > .private")

    def hears(self, words: str) -> Visitor:
        expect(self.private()).to_contain_text(words)
        return self

    def sees(self, title: str, words: str) -> Locator:
        card = self.card(title)
        expect(card).to_contain_text(words)
        return card

    def reads_the_thread_of(self, title: str) -> Locator:
        message = self.page.locator("#list > .message").filter(has=self.page.get_by_role("heading", name=title)).last
        message.get_by_role("button", name="open the thread").click()
        thread = self.page.get_by_role("region", name="Thread")
        expect(thread).to_be_visible()
        return thread
