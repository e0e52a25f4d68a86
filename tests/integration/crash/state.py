"""What a run has come to, without what may differ between two runs: ids, markers, times, and the order of ids."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

State = dict[str, Any]

#: Values that no two runs have in common.
_CHANGING = [
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\bref [A-Za-z0-9]{8}\b"), "ref <marker>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\+00:00)?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d\b"), "<time>"),
]

_QUERIES = {
    "sessions": "SELECT number, status, state_version, confidence, title, ticket_number, last_message, events, "
    "(SELECT name FROM users WHERE id = owner_id) FROM sessions ORDER BY number",
    "timeline": "SELECT state_version, position, kind, platform, data, (SELECT name FROM users WHERE id = actor_id) "
    "FROM timeline ORDER BY session_id, position",
    "facts": "SELECT text, source_type, deleted_at IS NULL FROM facts ORDER BY id",
    "steps": "SELECT number, kind, text, node, answer, skipped, dropped_at IS NULL FROM steps ORDER BY number",
    "fixes": "SELECT title, status, notes, applied_at IS NULL, verified_at IS NULL, superseded_at IS NULL, follow_ups "
    "FROM fixes ORDER BY id",
    "messages": "SELECT number, author, text, turn FROM messages ORDER BY session_id, number",
    "notes": "SELECT kind, markdown, edited, internal, status, minutes, results FROM notes ORDER BY id",
    "escalations": "SELECT status, reason, queue, urgency, package, reminders FROM escalations ORDER BY id",
    "tickets": "SELECT number, status FROM local_tickets ORDER BY account_id, number",
    "ticket notes": "SELECT text, author, internal, resolution FROM local_notes ORDER BY id",
    "time entries": "SELECT minutes, text, author FROM local_time_entries ORDER BY id",
    # A form whose opening was lost with the answer is filled in vain.
    "work that is left": "SELECT kind, state FROM work WHERE state != 'done' AND kind != 'fill' ORDER BY kind, state",
    "leases": "SELECT kind FROM work WHERE leased_by IS NOT NULL",
}
#: Private answers to what was done are sent once at best, and who got none does it again; what the worker says is durable.
_SAID = (
    "SELECT channel, thread, number, author, text, view, private_to, deleted, delivery FROM local_messages "
    "WHERE delivery NOT LIKE 'reply:%' AND delivery NOT LIKE 'page:%:again-%' ORDER BY number"
)


def state_of(database: Path) -> State:
    """What is in the database."""
    with closing(sqlite3.connect(database)) as db:
        state: State = {name: [_plain(row) for row in db.execute(query)] for name, query in _QUERIES.items()}
        state["chat"] = _chat(list(db.execute(_SAID)))
    return state


def deliveries(done: Path) -> Counter[str]:
    """What was done outside, and how often."""
    lines = done.read_text().splitlines() if done.exists() else []
    return Counter(lines)


def gaps(state: State) -> list[Any]:
    """Timeline entries of the script's only session that do not follow on the one before."""
    rows = state["timeline"]
    pairs = zip([[0, 0], *rows], rows, strict=False)
    return [row for before, row in pairs if row[1] != before[1] + 1 or not 0 <= row[0] - before[0] <= 1]


def _chat(rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Each thread's messages in their order. A thread is named by the words that opened it."""
    opened = {str(row[2]): row[4] or _title(row[5]) for row in rows if not row[1]}
    threads: dict[str, list[Any]] = defaultdict(list)
    for channel, thread, number, author, text, view, private_to, deleted, _ in rows:
        name = opened[thread or str(number)]
        threads[_words(f"{channel}: {name}")].append(_plain((author, text, view, private_to, deleted)))
    return dict(threads)


def _title(view: str) -> str:
    return str(json.loads(view)["title"]) if view else ""


def _plain(row: Sequence[Any]) -> list[Any]:
    return [_words(value) if isinstance(value, str) else value for value in row]


def _words(text: str) -> str:
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text)
    return text
