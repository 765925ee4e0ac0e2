"""Attachments: files kept elsewhere that show what a visit, a candidacy or another subject is about."""

from db.attachments.models import Attachment
from db.kernel.context import DomainContext

CONTEXT = DomainContext((Attachment,))
