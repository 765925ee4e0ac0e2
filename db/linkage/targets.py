"""What is sponsored and visited: a committee, a site or an organization, found by its type and id."""

from dataclasses import dataclass
from typing import Any

from db.committees.models.committee import Committee, CommitteeState
from db.kernel.refusals import not_found
from db.organizations.models.organization import Organization, OrganizationState
from db.sites.models import Site, SiteState

# How something is named: by its type in the graph, and the id of its row.
Named = tuple[str, int]
TARGETS: dict[str, Any] = {"Committee": Committee, "Site": Site, "Organization": Organization}
# The state in which something is no target any more, or not yet.
_GONE = (
    CommitteeState.DISSOLVED, SiteState.RETIRED, OrganizationState.PENDING, OrganizationState.DECLINED,
    OrganizationState.CLOSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A target, which is locked. column: of the tables that refer to it."""

    column: str
    row: Any

    @property
    def division_id(self) -> int:
        """The community where it lies."""
        return self.row.division_id

    @property
    def division_code(self) -> str:
        """The code of the community where it lies."""
        return self.row.division_code

    @property
    def columns(self) -> dict[str, int]:
        """The column that names it, with its id."""
        return {self.column: self.row.id}


def find_target(name: str, row_id: int, field: str) -> Target:
    """Find and lock a target. name: its type. field: of the input, that names it.

    Raises:
        DomainError: NOT_FOUND, there is no such row, or it is not in use.
    """
    row = TARGETS[name].lock(id=row_id)
    if row is None or row.state in _GONE:
        message = f"There is no such {name.lower()} in use; check the id."
        raise not_found(field, message, "没有此对象，或已停用，请核对 ID。")
    return Target(name.lower(), row)


def target_of(row: Any) -> Target:
    """Find and lock what a sponsorship or a visit is about, whether it is in use or not."""
    [(name, key)] = [(name, key) for name in TARGETS if (key := getattr(row, f"{name.lower()}_id")) is not None]
    return Target(name.lower(), TARGETS[name].lock(id=key))
