"""The line to the server: lost requests, a server that is away, and one that has begun anew."""

from playwright.sync_api import expect

from tests.e2e.playground.browsing import Open, Pages
from tests.e2e.playground.conftest import Scripted
from tests.e2e.playground.scripted import make_bot
from tests.e2e.playground.steps import chat, say


def test_a_lost_request_is_sent_again_and_counts_once(pages: Pages, scripted: Scripted) -> None:
    page = pages.open()
    pages.offline = True
    lost = iter([True, False])
    page.route(
        "**/playground/act**", lambda route: (route.fetch(), route.abort()) if next(lost, False) else route.continue_()
    )
    say(page, "just once")
    expect(page.locator("#chat .message:not(.pending)")).to_have_count(1)
    page.wait_for_timeout(600)
    assert len([i for i in scripted.bot.seen if i.words == "just once"]) == 2
    assert len({i.keys for i in scripted.bot.seen}) == 1


def test_the_page_waits_for_a_server_that_is_away(pages: Pages, scripted: Scripted) -> None:
    page = pages.open()
    expect(page.get_by_text("Connected")).to_be_visible()
    pages.offline = True
    scripted.stop()
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    say(page, "are you there?")
    expect(page.get_by_text("The playground does not answer. Is it still running?")).to_be_visible()
    scripted.start()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#chat .message:not(.pending)").get_by_text("are you there?")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible(timeout=15_000)


def test_a_refusal_of_the_server_is_shown_and_the_words_are_kept(open_page: Open) -> None:
    page = open_page()
    say(page, "/unknown thing")
    expect(page.get_by_role("alert")).to_contain_text("/unknown is not a command here.")
    expect(chat(page)).to_have_value("/unknown thing")


def test_a_server_with_another_database_is_noticed(pages: Pages, scripted: Scripted) -> None:
    page = pages.open()
    say(page, "before")
    # Stored, not only sent: what is still under way would be sent again, to the new server.
    expect(page.locator("#chat .message:not(.pending)").get_by_text("before")).to_be_visible()
    pages.offline = True
    scripted.stop()
    scripted.bot = scripted.loop.run(make_bot(pause=0.05))
    scripted.start()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible(timeout=15_000)
    say(page, "after")
    expect(page.locator("#chat .message:not(.pending)")).to_have_count(1)
