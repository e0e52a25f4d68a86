"""The tables. Every row belongs to an account; nothing crosses accounts."""

from storage.tables.attachments import attachments
from storage.tables.base import metadata
from storage.tables.installs import install_keys, installs
from storage.tables.local import (
    local_channels,
    local_messages,
    local_people,
    local_surfaces,
    local_workspaces,
)
from storage.tables.local_tickets import local_notes, local_tickets, local_time_entries
from storage.tables.people import accounts, channels, conversations, identities, inbox, users, workspaces
from storage.tables.sessions import (
    facts,
    fixes,
    messages,
    participants,
    session_threads,
    sessions,
    steps,
    timeline,
)
from storage.tables.usage import usage, usage_days, usage_warnings
from storage.tables.work import drafts, escalations, flows, notes, posts, surfaces, ticket_contexts, work

__all__ = [
    "accounts",
    "attachments",
    "channels",
    "conversations",
    "drafts",
    "escalations",
    "facts",
    "fixes",
    "flows",
    "identities",
    "inbox",
    "install_keys",
    "installs",
    "local_channels",
    "local_messages",
    "local_notes",
    "local_people",
    "local_surfaces",
    "local_tickets",
    "local_time_entries",
    "local_workspaces",
    "messages",
    "metadata",
    "notes",
    "participants",
    "posts",
    "session_threads",
    "sessions",
    "steps",
    "surfaces",
    "ticket_contexts",
    "timeline",
    "usage",
    "usage_days",
    "usage_warnings",
    "users",
    "work",
    "workspaces",
]
