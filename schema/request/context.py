"""What may be known of a request: who asks, and when. Values only; nothing here knows HTTP."""

from dataclasses import dataclass
from typing import NamedTuple

from db.access.actor import FULL, Actor, Mandate
from db.access.audit import Origin
from db.access.viewers import Visibility, readable_range, visibility_of
from db.kernel.codes import EVERYWHERE, CodeRange


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: the account that the request's token belongs to.

    mandate: how much of its authority that gives. visibility, reads: which issues its roles show, and where, as
    `db.access.viewers` says.
    """

    account_id: int
    name: str
    mandate: Mandate = FULL
    visibility: Visibility = Visibility.OWN
    reads: CodeRange = EVERYWHERE

    @classmethod
    def of(cls, actor: Actor) -> "Viewer":
        """Make the viewer that an account with its roles is; the system itself is none."""
        assert actor.account_id is not None
        assert actor.name is not None
        return cls(actor.account_id, actor.name, actor.mandate, visibility_of(actor), readable_range(actor))


class Context(NamedTuple):
    """What every part of an answer may know of its request.

    viewer: None when nobody is signed in. now: UTC to the second, as `db.kernel.fields.utc_text` writes it. wants_plan:
    whether the answer is to hold its plan (`extensions.plan`), if the viewer may see it. may_explain: whether every
    viewer may, as in development. language: of messages to people, `en` or `zh`. payer: whose points are taken.
    request_id, address: which request it is, and where it came from. wants_cost: whether the answer is to hold its
    cost (`extensions.cost`).
    """

    viewer: Viewer | None
    now: str
    wants_plan: bool = False
    may_explain: bool = False
    language: str = "en"
    payer: str = ""
    request_id: str = ""
    address: str = ""
    wants_cost: bool = False

    @property
    def visibility(self) -> Visibility:
        """Which issues the viewer sees."""
        return self.viewer.visibility if self.viewer else Visibility.PUBLIC

    @property
    def origin(self) -> Origin:
        """Where the request came from, as the audit keeps it."""
        return Origin(self.address, self.request_id)
