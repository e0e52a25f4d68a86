"""An account is handed out and erased as a whole: every table is looked at, also those that will be added (SPEC 9)."""

import json
from io import StringIO

from bot.exporting import export_account
from storage.exporting import SECTIONS
from storage.tables import metadata
from tests.integration.databases import Database, Store
from tests.support.every_table import fill_every_table, word_of

#: Section of account.json → its table.
EXPORTED = {
    "account": "accounts",
    "workspaces": "workspaces",
    "people": "users",
    "identities": "identities",
    "channels": "channels",
    "threads": "conversations",
    "flows": "flows",
    "model_usage_by_day": "usage_days",
    "model_calls": "usage",
    "tickets": "local_tickets",
    "ticket_notes": "local_notes",
    "ticket_time_entries": "local_time_entries",
    "came_in": "inbox",
}
#: What stands in the file of each session.
WITH_SESSIONS = {
    "attachments", "escalations", "facts", "fixes", "messages", "notes", "participants", "session_threads", "sessions",
    "steps", "ticket_contexts", "timeline",
}  # fmt: skip
#: Keys and tokens; what is on its way, or made anew when it is asked for; the playground's chat, which stands for a vendor's.
KEPT_BACK = {
    "drafts", "install_keys", "installs", "local_channels", "local_messages", "local_people", "local_surfaces",
    "local_workspaces", "posts", "surfaces", "usage_warnings", "work",
}  # fmt: skip


async def export(store: Store, name: str) -> str:
    file, account = StringIO(), await store.read(lambda tx: tx.directory.account(name))
    assert account is not None
    await export_account(store, account, file)
    return file.getvalue()


def test_of_every_table_it_is_decided_whether_it_is_handed_out() -> None:
    """A new one is handed out, or it says here why not."""
    decided = [*EXPORTED.values(), *WITH_SESSIONS, *KEPT_BACK]
    assert sorted(decided) == sorted(metadata.tables)
    assert tuple(EXPORTED) == ("account", *SECTIONS)


async def test_an_export_holds_every_column_of_what_is_handed_out(store: Store, database: Database) -> None:
    """But for the account's id, which is said once; nothing of another account, and no token."""
    await fill_every_table(database, "north", "south")
    text = await export(store, "north")
    told = json.loads(text)
    for section, table in EXPORTED.items():
        rows = told[section] if section != "account" else [told[section]]
        (row,) = rows
        columns = set(metadata.tables[table].c.keys()) - {"account_id", "last_session"}
        assert set(row) == columns, section
    assert told["people"][0]["email"] == word_of("north", "users", "email")
    assert told["flows"][0]["source"] == word_of("north", "flows", "source")
    assert told["model_usage_by_day"][0]["day"] == "2026-03-02"
    assert told["account"]["created_at"] == "2026-03-02T09:00:00+00:00"
    assert "south" not in text
    assert not [name for name in KEPT_BACK if f"north.{name}." in text]


async def test_a_long_list_is_handed_out_whole(store: Store, database: Database) -> None:
    """Page by page, each row once, in the order of its key."""
    await fill_every_table(database, "north")
    day = "INSERT INTO usage_days (account_id, day, user_id, purpose, model) VALUES ('north', {day}, 'u{n}', 'turn', 'm{m}')"
    kind = "'2026-01-0{}'" if database.kind == "sqlite" else "date '2026-01-0{}'"
    rows = [day.format(day=kind.format(n % 7 + 1), n=n % 60, m=n) for n in range(1_201)]
    await database.sqls(rows)
    told = json.loads(await export(store, "north"))["model_usage_by_day"]
    keys = [(row["day"], row["user_id"], row["purpose"], row["model"]) for row in told]
    assert len(keys) == 1_202
    assert len(set(keys)) == 1_202
    assert [key[0] for key in keys] == sorted(key[0] for key in keys)


async def test_an_erased_account_is_in_no_table(store: Store, database: Database) -> None:
    """And the other one is in every one of them."""
    await fill_every_table(database, "north", "south")
    await store.write(lambda tx: tx.directory.erase_account("north"))
    counts = await database.sqls(f"SELECT count(*) FROM {table}" for table in metadata.tables)
    assert {table: rows[0][0] for table, rows in zip(metadata.tables, counts, strict=True)} == dict.fromkeys(
        metadata.tables, 1
    )
    (rest,) = await database.sql("SELECT id FROM accounts")
    assert rest == ("south",)
