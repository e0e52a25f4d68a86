"""Whatever somebody writes is shown, and is never run."""

from playwright.sync_api import expect

from tests.e2e.playground.browsing import Open
from tests.e2e.playground.steps import say

HOSTILE = """<img src=x onerror=alert(1)> <script>alert(2)</script> [click](javascript:alert(3)) "><svg/onload=alert(4)>
[ok](https://example.com/a_(b)) **bold** `<b>code</b>`

```html
<h1>pwned</h1>
```"""


def test_a_hostile_message_is_shown_and_not_run(open_page: Open) -> None:
    page = open_page()
    say(page, HOSTILE)
    words = page.locator("#chat .words")
    expect(words).to_contain_text("<img src=x onerror=alert(1)> <script>alert(2)</script>")
    expect(words).to_contain_text("[click](javascript:alert(3))")
    expect(words.locator("pre")).to_have_text("<h1>pwned</h1>")
    assert words.locator("img, script, svg:not(.icon), h1, b").count() == 0
    links = words.locator("a").evaluate_all("links => links.map((a) => [a.href, a.rel, a.target])")
    assert links == [["https://example.com/a_(b)", "noopener noreferrer nofollow", "_blank"]]


#: What has made parsers of markdown slow.
NASTY = (
    *(
        "*",
        "**",
        "`",
        "``",
        "[",
        "[a](",
        "~~",
        "_a",
        "> ",
        "- ",
        "#",
        "# ",
        "|",
        "| ",
        "|-",
        "@",
        "http://",
        "http://.",
    ),
    *(" ", "\\", "```", "1. ", "\n- ", "\n> ", "\n|\n", "\t", "**a ", "_ ", "](", "\n    "),
)
SLOWEST = """async (nasty) => {
    const { markdown } = await import("/playground/page/markdown.js");
    let slowest = ["", 0];
    for (const part of nasty) {
        const much = part.repeat(100_000 / part.length);
        for (const text of [much, `a${much}b`, `# ${much}x`, `${part}x`.repeat(20_000)]) {
            const from = performance.now();
            markdown(text);
            const took = performance.now() - from;
            if (took > slowest[1]) slowest = [text.slice(0, 20), took];
        }
    }
    return slowest;
}"""


def test_no_text_keeps_the_page_busy(open_page: Open) -> None:
    text, milliseconds = open_page().evaluate(SLOWEST, NASTY)
    assert milliseconds < 3000, text


def test_a_long_message_is_folded(open_page: Open) -> None:
    page = open_page()
    say(page, "word " * 4000)
    expect(
        page.locator("#chat .message:not(.pending) .words")
    ).to_be_visible()  # the page draws it anew when it is taken
    more = page.get_by_role("button", name="Show all 19,999 characters")
    expect(more).to_be_visible()
    folded = page.locator("#chat .words").bounding_box()
    assert folded is not None
    assert folded["height"] < 300
    more.click()
    expect(page.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
