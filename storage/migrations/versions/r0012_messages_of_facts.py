"""Facts know the message that they are, word for word, so that they are changed and deleted with it.

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("facts", sa.Column("conversation_id", sa.Text()))
    op.add_column("facts", sa.Column("ref", sa.Text(), server_default="", nullable=False))
    where = sa.text("ref <> ''")
    op.create_index("ix_facts_said", "facts", ["conversation_id", "ref"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_facts_said", table_name="facts")
    op.drop_column("facts", "ref")
    op.drop_column("facts", "conversation_id")
