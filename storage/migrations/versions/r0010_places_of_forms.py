"""Where a form was opened, and by whom.

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

COLUMNS = ("workspace", "channel", "thread", "person")

#: Forms that are open while this runs were filled in the thread of their session, as its workspace names the person.
FILL = sa.text(
    """
    UPDATE surfaces SET
        platform = coalesce((SELECT w.platform FROM sessions s JOIN conversations c ON c.id = s.conversation_id
            JOIN workspaces w ON w.id = c.workspace_id WHERE s.id = surfaces.session_id), platform),
        workspace = coalesce((SELECT w.external_id FROM sessions s JOIN conversations c ON c.id = s.conversation_id
            JOIN workspaces w ON w.id = c.workspace_id WHERE s.id = surfaces.session_id), ''),
        channel = coalesce((SELECT c.channel FROM sessions s JOIN conversations c ON c.id = s.conversation_id
            WHERE s.id = surfaces.session_id), ''),
        thread = coalesce((SELECT c.thread FROM sessions s JOIN conversations c ON c.id = s.conversation_id
            WHERE s.id = surfaces.session_id), ''),
        person = coalesce((SELECT min(i.external_id) FROM sessions s JOIN conversations c ON c.id = s.conversation_id
            JOIN identities i ON i.workspace_id = c.workspace_id
            WHERE s.id = surfaces.session_id AND i.user_id = surfaces.user_id), '')
    """
)


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("surfaces", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.execute(FILL)
    # Who is not known there never saw theirs filled; they open it again.
    op.execute("DELETE FROM surfaces WHERE person = '' AND kind NOT IN ('start', 'join')")


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("surfaces", name)
