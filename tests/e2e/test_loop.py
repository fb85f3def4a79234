"""The whole loop in a browser, as a newcomer walks it: from a rising matter to a corrective action."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

#: Where pictures for the documentation go; empty means they stay in the test's own folder.
PICTURES = os.environ.get("HUIYING_TEST_PICTURES", "")
WARNING_WITHIN_SECONDS = 120
LANGUAGES = ("en", "zh-hans")


class Walk:
    """One browser walking through the demo."""

    def __init__(self, page: Any, url: str, pictures: Path) -> None:
        self.page, self.url, self.pictures = page, url, pictures
        self.problems: list[str] = []
        self.warning = ""
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("response", lambda response: self.problems.append(f"{response.status} {response.url}") if response.status >= 400 else None)

    def go(self, path: str) -> None:
        """Open a page of ours; it must answer 200."""
        response = self.page.goto(self.url + path)
        assert response is not None and response.status == 200, path

    def press(self, name: str) -> None:
        """Press the button or link of this name in the page, not in the strip."""
        found = self.page.locator("main").get_by_role("button", name=name).or_(self.page.locator("main").get_by_role("link", name=name))
        self.click(found.first)

    def click(self, locator: Any) -> None:
        """Click and wait for the page that follows."""
        with self.page.expect_navigation():
            locator.click()

    def go_on_as(self, name: str) -> None:
        """Continue as another of the demo people."""
        button = self.page.get_by_role("button", name=f"go on as {name}")
        if button.count():
            self.click(button)

    def picture(self, name: str) -> None:
        """Take the page in two languages, wide and at 360 px; nothing may run out sideways."""
        here = self.page.url
        for language in LANGUAGES:
            joint = "&" if "?" in here else "?"
            for width, mark in ((1280, ""), (360, "-360")):
                self.page.set_viewport_size({"width": width, "height": 900})
                self.page.goto(f"{here}{joint}lang={language}")
                spill = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert spill <= 0, f"{name} {language} at {width} px runs {spill} px out sideways"
                self.page.screenshot(path=self.pictures / f"{name}-{language}{mark}.png", full_page=width == 360)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.goto(f"{here}{'&' if '?' in here else '?'}lang=en")

    def accessible(self) -> None:
        """Hold the page against WCAG 2.2 AA with axe."""
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
        violations = Axe().run(self.page, options=options).response["violations"]
        found = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in violations]
        assert found == [], f"{self.page.url}\n" + "\n".join(found)


@pytest.fixture(scope="module")
def walk(browser: Any, running: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    pictures = Path(PICTURES) if PICTURES else tmp_path_factory.mktemp("pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en", bypass_csp=True)
    context.set_default_timeout(15000)
    page = context.new_page()
    walk = Walk(page, running.url, pictures)
    page.goto(running.link)
    walk.click(page.get_by_role("button", name="Come in"))
    page.wait_for_url(re.compile(r"/$"))
    yield walk
    context.close()


def test_01_within_two_minutes_the_story_is_on_the_board_with_a_warning(walk: Walk) -> None:
    page = walk.page
    page.locator(".next .level.orange, .next .level.red").first.wait_for(timeout=WARNING_WITHIN_SECONDS * 1000)
    assert "水" in page.locator(".next").first.inner_text() or "water" in page.locator(".next").first.inner_text()
    assert page.locator(".story").count() >= 1
    walk.accessible()
    walk.picture("board")


def test_02_the_warning_says_why_and_is_acknowledged(walk: Walk) -> None:
    page = walk.page
    walk.go("/")
    walk.press("See why")
    assert page.locator("main li").count() > 1
    walk.accessible()
    walk.picture("warning")
    walk.press("Acknowledge and assess")
    walk.warning = page.url.split("?")[0]
    walk.click(page.get_by_role("link", name="Read the story"))
    assert page.locator("main svg").count() >= 1
    walk.accessible()
    walk.picture("story")
    page.goto(walk.warning)


def test_03_an_incident_is_opened_confirmed_assessed_and_graded(walk: Walk) -> None:
    page = walk.page
    page.goto(walk.warning)
    walk.press("Open an incident")
    assert re.search(r"/incidents/\d+/$", page.url)
    room = page.url
    page.goto(room + "confirm/")
    page.locator("[name=basis][value=second_source]").check()
    page.locator("[name=evidence]").fill("Pumping log 02:10 and 31 calls to the hotline.")
    walk.click(page.locator("main form button.go"))
    page.goto(room + "assess/")
    page.locator("[name=scope]").fill("East Town and Hexi, about 3,200 households.")
    page.locator("[name=evidence]").fill("Posts 1-400 of the story; hotline orders.")
    page.locator("[name=offline_impact]").select_option(index=2)
    walk.accessible()
    walk.click(page.locator("main form button.go"))
    page.goto(room + "grade/")
    walk.accessible()
    page.locator("input[name=grade][value=II_MAJOR]").check()
    page.locator("[name=reason]").fill("Wide service break and a rumour about health.")
    walk.click(page.locator("main form button.go"))
    walk.go_on_as("陈静")
    page.goto(room)
    if page.get_by_role("button", name="Accept this grade").count():
        walk.press("Accept this grade")
    assert "grade II" in page.locator(".lede").inner_text()
    assert "huiying_default_v1" in page.locator(".lede").inner_text()


def test_04_the_plan_is_activated_and_makes_tasks_clocks_and_roles(walk: Walk) -> None:
    page = walk.page
    walk.go_on_as("陈静")
    walk.press("Activate a plan")
    walk.accessible()
    walk.click(page.locator("main form button.go"))
    page.wait_for_url(re.compile(r"/incidents/\d+/"))
    assert page.locator("#tasks tbody tr").count() >= 5
    assert page.locator("#clocks .clock").count() >= 4
    walk.accessible()
    walk.picture("incident")


def test_05_a_fact_is_verified_by_somebody_else_and_the_text_rests_on_it(walk: Walk) -> None:
    page = walk.page
    room = page.url.split("?")[0]
    walk.go_on_as("林晓")
    walk.press("Add a fact")
    page.locator("[name=text_zh]").fill("02:10 河西泵站检修后恢复供水，管内沉积物被带起。")
    page.locator("[name=text_en]").fill(
        "At 02:10 supply was restored after maintenance at the Hexi pumping station; sediment in the pipes was stirred up."
    )
    page.locator("[name=evidence]").fill("Operations log 2026-11-24, entry 17")
    walk.press("Add the fact")
    walk.go_on_as("周敏")
    page.goto(room)
    walk.press("Verify")
    walk.go_on_as("林晓")
    page.goto(room)
    walk.press("Draft a statement")
    walk.accessible()
    page.locator("[name=kind]").select_option("statement")
    page.locator("[name=title_zh]").last.fill("东城、河西部分小区自来水发黄的说明")
    page.locator("[name=title_en]").last.fill("Brown tap water in East Town and Hexi")
    walk.press("Begin writing")
    fill_sentences(page)
    walk.press("Save the text")
    walk.press("Hand it in")
    assert "fact check" in page.locator(".lede").inner_text()
    assert "F-1" in page.locator("main").inner_text(), "the sentence shows the fact it rests on"


def fill_sentences(page: Any) -> None:
    """Write a statement of three sentences: empathy, fact, what to do."""
    rows = [
        (
            "给东城、河西居民带来不便，我们深表歉意。",
            "We are sorry for the trouble this causes residents of East Town and Hexi.",
            "empathy",
        ),
        (
            "河西泵站检修后恢复供水，管内沉积物被带起。",
            "Supply was restored after maintenance at the Hexi pumping station and sediment in the pipes was stirred up.",
            "fact",
        ),
        (
            "水发黄期间请勿饮用，可先放水至变清。",
            "Please do not drink the water while it is brown; let it run until it is clear.",
            "advice",
        ),
    ]
    for index, (chinese, english, nature) in enumerate(rows):
        page.locator(f"[name=s-{index}-text_zh]").first.fill(chinese)
        page.locator(f"[name=s-{index}-text_en]").first.fill(english)
        page.locator(f"[name=s-{index}-nature]").first.select_option(nature)
        if nature == "fact":
            page.locator(f"[name=s-{index}-facts]").first.check()


def test_06_two_people_who_did_not_write_it_approve_the_exact_text(walk: Walk) -> None:
    page = walk.page
    assert page.locator("form[action*='/approve/']").count() == 0, "the author must not be offered to sign"
    walk.go_on_as("周敏")
    walk.press("The facts hold")
    page.locator("[name=basis]").fill("Regulations on Open Government Information, Art. 6")
    walk.click(page.locator("form[action*='/legal/'] button"))
    walk.accessible()
    walk.picture("approval")
    walk.click(page.locator("form[action*='/approve/'] button"))
    walk.go_on_as("陈静")
    walk.click(page.locator("form[action*='/approve/'] button"))
    assert "approved" in page.locator(".lede").inner_text()


def test_07_it_is_published_to_the_rehearsal_site_and_not_to_the_public(walk: Walk, browser: Any) -> None:
    page = walk.page
    walk.press("Publish on the rehearsal site")
    statement = page.url
    walk.click(page.locator("a[href*='/public/rehearsal/']").last)
    assert "Brown tap water in East Town and Hexi" in page.content()
    walk.accessible()
    walk.picture("public")
    stranger = browser.new_context(locale="en")
    other = stranger.new_page()
    other.goto(walk.url + "/public/")
    assert "Brown tap water" not in other.content()
    other.goto(walk.url + "/public/rehearsal/")
    assert "/people/sign-in/" in other.url
    stranger.close()
    page.goto(statement)


def test_08_a_correction_stays_visible(walk: Walk) -> None:
    page = walk.page
    walk.go_on_as("林晓")
    page.locator("[name=reason_zh]").first.fill("原文未说明影响范围。")
    page.locator("[name=reason_en]").first.fill("The first text did not say how many places are affected.")
    walk.click(page.locator("form[action*='/correct/'] button"))
    page.wait_for_load_state("load")
    if not page.url.endswith("/edit/"):
        walk.press("Write")
    walk.press("Save the text")
    walk.press("Hand it in")
    walk.go_on_as("周敏")
    walk.press("The facts hold")
    page.locator("[name=basis]").fill("Regulations on Open Government Information, Art. 6")
    walk.click(page.locator("form[action*='/legal/'] button"))
    walk.click(page.locator("form[action*='/approve/'] button"))
    walk.go_on_as("陈静")
    walk.click(page.locator("form[action*='/approve/'] button"))
    walk.press("Publish on the rehearsal site")
    walk.go("/public/rehearsal/")
    assert page.locator("del").count() >= 1
    assert "The first text did not say" in page.content()
    walk.picture("correction")


def test_09_resolving_opens_the_review_and_a_finding_becomes_an_action(walk: Walk) -> None:
    page = walk.page
    walk.go("/")
    walk.go_on_as("陈静")
    walk.go("/incidents/")
    walk.click(page.locator("main tbody a, main .title a").first)
    room = page.url
    for state in ("stabilising", "resolved"):
        page.goto(f"{room}move/?to={state}")
        if page.locator("[name=reason]").count():
            page.locator("[name=reason]").fill("Exercise: calm enough, the pipes run clear at all three points.")
        if page.locator("[name=override]").count():
            page.locator("[name=override]").check()
        walk.click(page.locator("main form button.go"))
    walk.go("/reviews/")
    walk.click(page.locator("main a[href^='/reviews/']").filter(has_not_text=re.compile("orrective")).first)
    assert page.locator("main tbody tr").count() >= 5
    walk.accessible()
    page.locator("form[action$='/findings/'] [name=text]").fill("The first word came after the rumour.")
    page.locator("form[action$='/findings/'] [name=evidence]").fill("Clock holding statement")
    walk.click(page.locator("form[action$='/findings/'] button"))
    page.get_by_text("Add a corrective action").first.click()
    page.locator("form[action$='/actions/'] [name=title]").first.fill("Pre-approve the holding statement for brown water")
    page.locator("form[action$='/actions/'] [name=due_at]").first.fill("2027-01-31T17:00")
    walk.click(page.locator("form[action$='/actions/'] button").first)
    assert "Pre-approve the holding statement" in page.content()
    walk.picture("review")


def test_10_nothing_broke_on_the_way(walk: Walk) -> None:
    assert walk.problems == []


def test_11_the_log_is_whole(running: Any) -> None:
    import json
    import subprocess
    import sys

    command = [sys.executable, "-m", "huiying.cli", "audit", "verify", "--json"]
    done = subprocess.run(command, env=running.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["entries"] > 30
