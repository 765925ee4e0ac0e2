"""Publications: what offices make known to the levels below them, and who has read it."""

from db.kernel.context import DomainContext
from db.publications.models import Publication, PublicationRead

CONTEXT = DomainContext((Publication, PublicationRead))
