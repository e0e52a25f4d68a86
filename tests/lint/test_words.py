"""Nothing in the repository belongs to one machine or one registry, or is put off for later."""

import io
import re
import tokenize
from collections.abc import Iterator

from tests.lint.sources import LOCKS, text, tracked

# Put together from parts, so that this file keeps its own rule.
REGISTRIES = re.compile(
    "|".join(
        re.escape("".join(parts))
        for parts in [
            ("pypi", ".org"),
            ("files.python", "hosted.org"),
            ("registry.npm", "js.org"),
            ("deb.debian", ".org"),
            ("--index", "-url"),
            ("--extra-index", "-url"),
            ("--find", "-links"),
        ]
    )
)
# Absolute paths only: `core/work/` is a folder of this project.
MACHINE_PATHS = re.compile(r"(?<![\w.*/-])/(?:work|root)/\w")
PERSONAL_PATHS = re.compile(r"(?<![\w.*/-])/(?:work|root|home|Users|tmp)/\w")
LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
UNMERGED = re.compile(r"^(?:<{7}|>{7}|={7})(?: |$)")
COMMENT = re.compile(r"(?:^|\s)(?:#|//|--|/\*|<!--|\*)(?P<words>.*)")


def hits(pattern: re.Pattern[str], paths: list[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def comments(path: str, source: str) -> Iterator[str]:
    """Comments only: code may well look for such words in the notes it checks."""
    if path.endswith(".py"):
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        yield from (token.string for token in tokens if token.type == tokenize.COMMENT)
    elif not path.endswith((".json", ".svg")):
        yield from (match["words"] for match in map(COMMENT.search, source.splitlines()) if match)


def test_no_file_names_a_registry() -> None:
    assert hits(REGISTRIES, list(tracked())) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert hits(MACHINE_PATHS, list(tracked())) == []


def test_locks_and_documents_name_no_personal_path() -> None:
    assert hits(PERSONAL_PATHS, [p for p in tracked() if p in LOCKS or p.endswith(".md")]) == []


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{path}: {comment.strip()}"
        for path in tracked()
        for comment in comments(path, text(path))
        if LATER.search(comment)
    ]
    assert found == []


def test_no_merge_is_unfinished() -> None:
    assert hits(UNMERGED, list(tracked())) == []


def test_the_rules_see_what_they_look_for() -> None:
    later = "TO" + "DO"
    assert list(comments("a.py", f"x = '{later}'  # {later} later")) == [f"# {later} later"]
    assert list(comments("a.css", f"a {{}} /* {later} */")) == [f" {later} */"]
    assert REGISTRIES.search("https://" + "pypi" + ".org/simple")
    assert MACHINE_PATHS.search("cd /" + "work/main")
    assert UNMERGED.search("<" * 7 + " HEAD")
    assert UNMERGED.search("=" * 7)
    assert not UNMERGED.search("=" * 8)
    assert not MACHINE_PATHS.search("in core/work/handlers.py, tests/work/x and https://example.com/work/1")
