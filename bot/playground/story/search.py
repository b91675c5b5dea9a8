"""Search, by Tomas: one release done, one that waits for its last vote. Both at low risk."""

from __future__ import annotations

from bot.playground.story.line import Line, Window


def lines(window: Window) -> list[Line]:
    return [*_deployed(window(-6, "20:00")), *_in_review(window(6, "21:00"))]


def _deployed(start: str) -> list[Line]:
    return [
        Line(
            -8, "10:12", "tomas", "releases",
            f'new "Search forgives typos" service=search version=0.9.4 start="{start}" hours=2 '
            'goal="People find what they mean, even when their fingers don\'t. The ranking stays as it is." '
            'impact="Search may answer a little slower for some minutes." '
            'plan="Build the new index beside the old one; Switch one in ten searches; Switch the rest" '
            'backout="Switch back to the old index; It stays warm for a day, so this takes two minutes"',
        ),
        Line(
            -8, "10:12", "tomas", "releases",
            'change add REL-1 CHG-118 "Search that forgives typos" kind=enhancement authorised_by=@marta',
        ),
        Line(-8, "11:20", "tomas", "releases", "submit REL-1"),
        Line(
            -8, "14:02", "chiara", "cab",
            'approve REL-1 "The old index stays warm: that is a back-out I can believe in."',
        ),
        Line(-7, "08:40", "devika", "cab", "approve REL-1"),
        Line(-7, "09:15", "tomas", "releases", 'announce REL-1 "Search learns to read typos on Wednesday evening."'),
        Line(-6, "20:02", "tomas", "releases", "start REL-1"),
        Line(
            -6, "20:25", "tomas", "releases",
            'status REL-1 "One in ten searches uses the new index. Answers are as fast as before."',
        ),
        Line(-6, "20:48", "tomas", "releases", "step REL-1"),
        Line(-6, "21:14", "tomas", "releases", 'complete REL-1 "All searches use the new index."'),
    ]  # fmt: skip


def _in_review(start: str) -> list[Line]:
    return [
        Line(
            -1, "09:20", "tomas", "releases",
            f'new "Suggestions while you type" service=search version=0.10.0 start="{start}" hours=2 '
            'goal="Five suggestions under the search box, from what others searched for. No personal data leaves the index." '
            'impact="A new list appears under the search box." '
            'plan="Fill the suggestion index; Show suggestions to colleagues; Show them to everybody" '
            'backout="Hide the list with its switch, one minute"',
        ),
        Line(
            -1, "09:20", "tomas", "releases",
            'change add REL-5 CHG-130 "Suggestions under the search box" kind=enhancement authorised_by=@marta',
        ),
        Line(-1, "09:20", "tomas", "releases", 'backout REL-5 trigger="Answers take longer than 300 ms" minutes=1'),
        Line(
            -1, "09:20", "tomas", "releases",
            "risk REL-5 users=3 tier=2 reversibility=1 novelty=1 coverage=1 dependencies=1",
        ),
        Line(-1, "14:30", "tomas", "releases", "backout validated REL-5 The switch was thrown twice, under load."),
        Line(-1, "16:30", "tomas", "releases", "submit REL-5"),
        Line(-1, "17:25", "ben", "cab", 'approve REL-5 "Nice and small."'),
    ]  # fmt: skip
