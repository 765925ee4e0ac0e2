"""The forum 居民说事: residents say what moves them, and each statement comes to an issue, a proposal or an answer."""

from db.forum.compliance import SESSIONS_HELD
from db.forum.models import TABLES
from db.kernel.context import DomainContext

CONTEXT = DomainContext(TABLES, clock=(SESSIONS_HELD.look,))
