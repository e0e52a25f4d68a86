"""Outgoing text pings nobody, runs nothing and hides nothing, and reads as before."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.text.neutralise import neutralise

#: The zero width space, where it is easily missed.
Z = "\u200b"


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("@here look", f"@{Z}here look"),
        ("cc @channel, @Everyone!", f"cc @{Z}channel, @{Z}Everyone!"),
        ("(@here)", f"(@{Z}here)"),
        ("@here.Then", f"@{Z}here.Then"),
        ("bob@here now", f"bob@{Z}here now"),
        ("@@here", f"@@{Z}here"),
        ("@here您好", f"@{Z}here您好"),
        ("&#64;here &#x40;channel &commat;everyone", f"&#64;{Z}here &#x40;{Z}channel &commat;{Z}everyone"),
        ("@he\u200bre @\u2060here @\u00adhere", f"@{Z}here @{Z}here @{Z}here"),
        ("in `@here` and\n```\n@channel\n```", f"in `@{Z}here` and\n```\n@{Z}channel\n```"),
    ],
)
def test_words_that_ping_are_parted(text: str, neutral: str) -> None:
    """A zero width space follows the @, in code too."""
    assert neutralise(text) == neutral


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("<!here>", f"@{Z}here"),
        ("<!channel|channel>", f"@{Z}channel"),
        ("<!everyone|@everyone>", f"@{Z}everyone"),
        ("<!subteam^S123|@ops> please", "@ops please"),
        ("<!subteam^S123>", "@S123"),
        ("<@U123> and <@W123|Ann B>", "@U123 and @Ann B"),
        ("<@U123|here>", f"@{Z}here"),
        ("<at>Ann B</at>", "@Ann B"),
        ('<at id="0">Ann</at>', "@Ann"),
        ("<@U1|<@U2>>", "@U2"),
        ("<<at>at>", "@at"),
        ("`<!here>`", f"`@{Z}here`"),
    ],
)
def test_mentions_are_written_out(text: str, neutral: str) -> None:
    """What the platforms turn into a mention becomes what a reader would have seen."""
    assert neutralise(text) == neutral


def test_no_mention_can_be_put_together_from_nested_ones() -> None:
    """Tags are closed from the inside out, also where many of them stand in one another."""
    nested = "<at>" * 50 + "<@U1|" * 50 + "<!here>" + ">" * 50 + "</at>" * 50
    assert re.search(r"<@\w|<!here|</?at>|@here", neutralise(nested)) is None


@pytest.mark.parametrize(
    "text",
    [
        "user@example.com",
        "git@host:repo.git",
        "ssh admin@here.example.com",
        "git@channel-server.local",
        "@echo off",
        "Get-Thing @params",
        "$p = @{ Name = 'x' }; $a = @('x', 'y')",
        "@hereafter @channels @everyone_else",
        "a < b and c > d; if (x <= 3) { y >= 4 }",
        "<at most 5 users>",
        "<https://example.com|docs> <#C123|general> <!date^1|today>",
        "<!DOCTYPE html> <!-- note -->",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "- [ ] open\n- [x] done\n\n> quote\n\n**bold** _it_",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """Addresses, commands, tables and lists are the same, character for character."""
    assert neutralise(text) == text


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\njavascript:alert(1)",
        "<javascript:alert(1)>",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript&colon;alert(1)",
        "&amp;#106;avascript:alert(1)",
        "javascript\\:alert(1)",
        "&Tab;" * 99 + "javascript:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHN2Zz4=",
        "file:///c:/windows/system32/cmd.exe",
        "ms-settings:windowsupdate",
        "ms-word:ofe|u|https://x.example/a.docx",
        "slack://open",
        "C:\\tools\\x.exe",
    ],
)
def test_links_to_anything_but_the_web_are_parted(target: str) -> None:
    """Text and target stay readable, and no renderer makes a link of them."""
    assert neutralise(f"see [docs]({target})").startswith(f"see [docs]{Z}(")
    assert neutralise(f"![shot]({target})").startswith(f"![shot]{Z}(")


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("<javascript:alert(1)>", f"<{Z}javascript:alert(1)>"),
        ("<java\tscript:alert(1)>", f"<{Z}java\tscript:alert(1)>"),
        ("<&#106;avascript:alert(1)>", f"<{Z}&#106;avascript:alert(1)>"),
        ("<file:///c:/x|click>", f"<{Z}file:///c:/x|click>"),
        ("<slack://open>", f"<{Z}slack://open>"),
        ("[docs]: javascript:alert(1)", f"[docs]{Z}: javascript:alert(1)"),
        ("> [docs]: data:x", f"> [docs]{Z}: data:x"),
        ('<a href="javascript:alert(1)">x</a>', f'<a href="{Z}javascript:alert(1)">x</a>'),
        ("<img src=data:x>", f"<img src={Z}data:x>"),
        ("\\`[x](javascript:1)\\`", f"\\`[x]{Z}(javascript:1)\\`"),
    ],
)
def test_other_forms_of_links_are_parted_too(text: str, neutral: str) -> None:
    """Autolinks, definitions of links, and HTML's attributes."""
    assert neutralise(text) == neutral


@pytest.mark.parametrize(
    "text",
    [
        "[docs](https://learn.microsoft.com/en-us/x?a=b#c)",
        "[docs](<https://x.example/a b>)",
        "[mail](mailto:ann@contoso.com) [call](tel:+15551234)",
        "<https://x.example> <mailto:ann@contoso.com> <tel:+15551234>",
        "[a](#part) [b](/path) [c](../up.md) [d](page?x=1:2)",
        "[1]: https://x.example/a",
        "[x] done: yes",
        '<a href="https://x.example">x</a>',
        "https://x.example/?q=javascript:1",
    ],
)
def test_links_to_the_web_stay(text: str) -> None:
    """Web, mail, telephone and relative links are the same, character for character."""
    assert neutralise(text) == text


@pytest.mark.parametrize(
    "code",
    [
        "`[x](javascript:1)` and ``<file:///c:/`x`>``",
        "```xml\n<xs:element name='x'/>\n[a](file:x)\n```",
        "1. Run:\n    ```\n    <ms:node>\n    ```",
        "~~~\n<ms:node>",
        "```powershell\n$x = @{ a = 1 }; Set-Thing @x; cmd /c '@echo off'\n```",
    ],
)
def test_links_in_code_stay(code: str) -> None:
    """Code can be copied as it was written."""
    assert neutralise(code) == code


def test_what_stands_behind_code_is_no_code() -> None:
    """A link after a block or span is parted again."""
    text = "`a` [x](file:1)\n```\n<xs:a>\n```\n[y](file:2)"
    assert neutralise(text) == text.replace("](", f"]{Z}(")


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("rm \u202egpj.exe\u202c", "rm gpj.exe"),
        ("\u2066a\u2067b\u2068c\u2069", "abc"),
        ("a\x00b\x07c\x1b[31md\x7f", "abc[31md"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("pass\u200bword\ufeff \u00adx\u2062y\u3164", "password xy"),
        ("a\u200db\ufe0f", "ab"),
        ("hidden\U000e0068\U000e0069", "hidden"),
        ("half \ud83d", "half "),
        ("😀\U000e0120\U000e0121", "😀\U000e0120"),
    ],
)
def test_what_cannot_be_seen_goes(text: str, neutral: str) -> None:
    """Nothing turns a command round or carries a hidden text."""
    assert neutralise(text) == neutral


@pytest.mark.parametrize(
    "text",
    [
        "tab\tand\nlines",
        "שלום עולם",
        "می‌خواهم",
        "क्‍ष",
        "👩‍❤️‍👨 🏳️‍🌈 1️⃣ 👍🏽 🇩🇪",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "Grüße, naïve café, 日本語",
    ],
)
def test_every_script_and_emoji_stays(text: str) -> None:
    """Right-to-left text, joined letters and composed emoji are the same, character for character."""
    assert neutralise(text) == text


PIECES = [
    *(
        "@here",
        "@",
        "channel",
        "<!here>",
        "<!",
        "<@U1",
        "|",
        ">",
        "<",
        "<at>",
        "</at>",
        "<at id='1'>",
        "`",
        "``",
        "```",
    ),
    *(
        "\n",
        "\n\n",
        " ",
        "\\",
        "[x]",
        "](",
        "(",
        ")",
        "javascript",
        ":",
        "file:x",
        "https://a.b",
        "href=",
        "&#106;",
        "&#64;",
    ),
    *(
        "\u200b",
        "\u200d",
        "\ufe0f",
        "\u202e",
        "🏴",
        "\U000e0067",
        "\U000e007f",
        "é",
        "[a]:",
        "~~~",
        "\r",
        "data:",
        "é\u200d",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=24).map("".join) | st.text()


@given(TEXTS)
@example("`</at>``<xs:a>`")
@example("<at>" * 80 + "<@U1|" + "<@U2>" * 80 + ">")
def test_a_neutral_text_comes_back_unchanged(text: str) -> None:
    """Text may pass here more than once on its way out."""
    once = neutralise(text)
    assert neutralise(once) == once


@given(TEXTS)
def test_nothing_that_pings_or_hides_is_left(text: str) -> None:
    """Whatever the text, no mention and no override comes out."""
    neutral = neutralise(text)
    assert (
        re.search(r"(?i)<!(?:here|channel|everyone)>|<@\w{1,40}>|</?at>|[\u202a-\u202e\u2066-\u2069]", neutral) is None
    )
    assert re.search(r"(?i)(?<![\w.+-])@(?:here|channel|everyone)\b", neutral) is None


@given(
    st.text(
        st.characters(
            min_codepoint=0x20, max_codepoint=0x2FF, exclude_characters="@<>]=\x7f\xad", exclude_categories=["C"]
        )
    )
)
def test_text_without_marks_is_not_touched(text: str) -> None:
    """Plain text is the same, character for character."""
    assert neutralise(text) == text


@pytest.mark.parametrize(
    "unit", ["<", ">", "<at>", "<@U1|", "](", "](&#9;", "`", "` `` ", "[", "[a", "<a:", "@", "\u200d", "```\n"]
)
def test_long_hostile_texts_are_read_to_the_end(unit: str) -> None:
    """A hundred thousand characters that open and never close."""
    neutral = neutralise(unit * (100_000 // len(unit)) + "@here")
    assert neutral.endswith(f"@{Z}here")
