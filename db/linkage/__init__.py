"""Linkage between the levels: task forces, who answers for what (包抓), and the visits that they make (走访)."""

from db.attachments.subjects import AttachmentSubject, add_subject
from db.kernel.context import DomainContext
from db.linkage.clock import RULES
from db.linkage.models.helper import SponsorshipHelper
from db.linkage.models.sponsorship import Sponsorship
from db.linkage.models.task_force import TaskForce, TaskForceMember
from db.linkage.models.visit import Visit, VisitIssue
from db.linkage.visibility import FINDINGS, require_visitor

CONTEXT = DomainContext((TaskForce, TaskForceMember, Sponsorship, SponsorshipHelper, Visit, VisitIssue), clock=RULES)
# What was attached to a visit is seen with its findings.
add_subject(AttachmentSubject(FINDINGS, require_visitor))
