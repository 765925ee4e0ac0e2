"""Health work of communities: the public-health and the patriotic health committee, and the figures of each month."""

from db.health.compliance import BOTH_STAND
from db.health.models.figure import HealthFigure
from db.health.models.sub_committee import SubCommittee, SubCommitteeMember
from db.health.roles import require_end
from db.kernel.context import DomainContext

__all__ = ["CONTEXT", "require_end"]
CONTEXT = DomainContext((SubCommittee, SubCommitteeMember, HealthFigure), clock=(BOTH_STAND.look,))
