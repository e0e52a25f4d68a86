"""What core asks of storage: one Protocol a concept, dataclasses in and out.

Those reached through a unit of work see one account's rows only; `Directory`, `Inbox` and `Queue` belong to the transaction and
serve what happens before an account is known. `save` writes every column that may change. Lists are in the order of
creation unless they say otherwise.
"""

from core.repositories.papers import Drafts, Escalations, Flows, Notes, Posts, Surfaces, TicketContexts
from core.repositories.people import Accounts, Channels, Directory, Inbox, Installs, Users
from core.repositories.rows import Rows
from core.repositories.sessions import (
    Attachments,
    Conversations,
    Facts,
    Fixes,
    Messages,
    Sessions,
    Steps,
    Timeline,
)
from core.repositories.usage import Usages
from core.repositories.work import Queue, WorkRows

__all__ = [
    "Accounts",
    "Attachments",
    "Channels",
    "Conversations",
    "Directory",
    "Drafts",
    "Escalations",
    "Facts",
    "Fixes",
    "Flows",
    "Inbox",
    "Installs",
    "Messages",
    "Notes",
    "Posts",
    "Queue",
    "Rows",
    "Sessions",
    "Steps",
    "Surfaces",
    "TicketContexts",
    "Timeline",
    "Usages",
    "Users",
    "WorkRows",
]
