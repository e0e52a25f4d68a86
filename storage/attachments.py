"""Pictures that came with messages; their bytes are read by themselves, and only where they are looked at."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from core.turns.model import Attachment
from storage.repository import Repository
from storage.statements import Mapper, Statement
from storage.tables import attachments

__all__ = ["SqlAttachments"]

_MAPPER = Mapper(attachments, Attachment, fixed=("session_id", "message_id", "name", "address"))
_OF_SESSION = (
    attachments.c.account_id == bindparam("account"),
    attachments.c.session_id == bindparam("session"),
)
_OF = Statement(select(*_MAPPER.columns).where(*_OF_SESSION).order_by(attachments.c.id))
_BY_ID = (attachments.c.account_id == bindparam("account"), attachments.c.id == bindparam("id_"))
_CONTENT = Statement(select(attachments.c.content).where(*_BY_ID))
_FILL = Statement(update(attachments).where(*_BY_ID).values(content=bindparam("content")))
_FORGET = Statement(delete(attachments).where(*_OF_SESSION, attachments.c.message_id == bindparam("message")))


class SqlAttachments(Repository[Attachment]):
    """Pictures that came with what was said."""

    mapper = _MAPPER

    def of(self, session_id: str) -> Sequence[Attachment]:
        """The session's, oldest first."""
        return _MAPPER.load_all(self._db.all(_OF, account=self._account_id, session=session_id))

    def keep(self, attachment: Attachment, content: bytes) -> None:
        """Save it with its bytes."""
        self.save(attachment)
        self._db.run(_FILL, account=self._account_id, id_=attachment.id, content=content)

    def content(self, id: str) -> bytes | None:
        """Its bytes; None while they are not kept."""
        row = self._db.one(_CONTENT, account=self._account_id, id_=id)
        return None if row is None or row[0] is None else bytes(row[0])

    def forget(self, session_id: str, message_id: str) -> None:
        """Delete those of a message."""
        self._db.run(_FORGET, account=self._account_id, session=session_id, message=message_id)
