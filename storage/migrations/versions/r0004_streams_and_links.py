"""Turns that can be stopped; the addresses of threads, and of what a note on a ticket leads back to.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("work", sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("conversations", sa.Column("permalink", sa.Text(), server_default="", nullable=False))
    op.add_column("notes", sa.Column("link", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("notes", "link")
    op.drop_column("conversations", "permalink")
    op.drop_column("work", "stopped")
