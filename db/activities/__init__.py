"""Activities: what teams, units and residents did together (活动)."""

from db.activities.models import Activity, ActivityOrganization
from db.activities.standing import ACTIVITY, require_writer
from db.attachments.subjects import AttachmentSubject, add_subject
from db.kernel.context import DomainContext

CONTEXT = DomainContext((Activity, ActivityOrganization))
add_subject(AttachmentSubject(ACTIVITY, require_writer))
