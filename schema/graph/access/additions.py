"""What accounts add to the types of the contexts before them: who is invited to open one."""

from peewee import Case, Node

from db.access.models.invitation import Invitation
from db.kernel.expressions import Row
from db.people import visibility
from schema.catalog.declare import computed
from schema.catalog.fields import CatalogField, Kind
from schema.graph.viewer import ASKER


def _expires_at(person: Row) -> Node:
    """Return until when an invitation is good, for those who may invite the person."""
    sent = Invitation.alias("sent")
    is_good = (sent.person == person.id) & (sent.expires_at > ASKER.now)
    return Case(None, [(visibility.is_office(person, ASKER), sent.select(sent.expires_at).where(is_good))])


ADDITIONS: dict[str, dict[str, CatalogField]] = {
    "Person": {
        "invitation_expires_at": computed(
            Kind.DATETIME,
            _expires_at,
            "Until when the person can accept the invitation to open an account, for the offices over the community; "
            "filter persons by it for the list of open invitations.",
            nullable=True,
            cost=2,
        ),
    },
}
