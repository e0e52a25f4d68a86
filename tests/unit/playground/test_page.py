"""The page itself: nothing from elsewhere, nothing that turns text into markup or code."""

import re
from pathlib import Path

import pytest

import adapters.playground.routes

PAGE = Path(adapters.playground.routes.__file__).parent / "page"
FILES = sorted(path.name for path in PAGE.iterdir())
SCRIPTS = [name for name in FILES if name.endswith(".js")]

#: What could run a text, or draw it as markup.
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML|srcdoc"
    r"|\beval\b|new Function|javascript:|setTimeout\(\s*[\"'`]"
)


def source(name: str) -> str:
    return (PAGE / name).read_text("utf-8")


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_turns_text_into_markup_or_code(name: str) -> None:
    assert SINKS.findall(source(name)) == []


@pytest.mark.parametrize("name", FILES)
def test_nothing_comes_from_elsewhere(name: str) -> None:
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", re.sub(r"^\s*//.*$", "", source(name), flags=re.M)))
    assert addresses <= {"http://www.w3.org"}


def test_the_page_has_no_inline_code_or_style() -> None:
    html = source("index.html")
    assert re.findall(r"\son\w+\s*=|\sstyle\s*=|<style|javascript:", html) == []
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_whatever_the_page_names_is_there() -> None:
    html = source("index.html")
    named = set(re.findall(r'/playground/page/([^"]+)"', html))
    for script in SCRIPTS:
        named |= set(re.findall(r'from "\./([^"]+)"', source(script)))
    assert named == set(FILES) - {"index.html"}


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    imports = {name: set(re.findall(r'from "\./([^"]+)"', source(name))) for name in SCRIPTS}
    left = dict(imports)
    while free := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in free:
            del left[name]
    assert left == {}
