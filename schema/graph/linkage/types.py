"""Task forces, sponsorships and visits, and how far the targets of a division are covered."""

from peewee import Case, ColumnBase, Node, fn

from db.issues.guards_sql import today
from db.kernel.expressions import Row
from db.linkage.models import helper, sponsorship, task_force, visit
from db.linkage.visibility import reads_findings
from schema.catalog.declare import column, computed, many, model_type, number, one, one_of
from schema.catalog.fields import Kind
from schema.graph.attachments import attachments_of
from schema.graph.viewer import ASKER

TARGET = {"Committee": "committee", "Site": "site", "Organization": "organization"}


@model_type(
    task_force.TaskForce,
    "A task force or coordination body of a subdistrict; one of each kind works at a time (工作专班、议事协调机构).",
)
class TaskForce:
    """Everybody sees all of them, dissolved ones included."""

    kind = column("Which of the two bodies of a subdistrict it is.")
    name = column("The name of the task force.")
    division = one("Division", "The subdistrict that the task force works for.")
    division_code = column("The 12-digit code of the subdistrict.")
    formed_on = column("The day on which the task force was formed.")
    ended_on = column("The day on which the task force was dissolved.")
    state = column("The state of the task force.")
    created_at = column("When the task force was entered here.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    members = many("TaskForceMember", "The members of the task force.", on="task_force")


@model_type(task_force.TaskForceMember, "A person in a task force, and the work that is theirs there (专班成员).")
class TaskForceMember:
    """Named for everybody while the task force works."""

    task_force = one("TaskForce", "The task force that the member belongs to.")
    person = one("Person", "The person who is the member.")
    division_code = column("The 12-digit code of the subdistrict.")
    role = column("The position of the member in the task force.")
    work = column("The work that is the member's, in words.")


def visits_of(row: Row) -> tuple[Node, Node]:
    """Count the visits of a sponsorship, and find the day of the last; calls by telephone do not count."""
    visits = visit.Visit.alias("paid")
    is_paid = (visits.sponsorship == row.id) & (visits.form != visit.VisitForm.PHONE.value)
    return (
        visits.select(fn.COUNT(visits.id)).where(is_paid),
        visits.select(fn.MAX(visits.visited_on)).where(is_paid),
    )


@model_type(
    sponsorship.Sponsorship,
    "A task of answering for a committee, a site or an organization: a leader's, a patch's, or a unit's (包抓).",
)
class Sponsorship:
    """Everybody sees all of them, ended ones included."""

    kind = column("How the sponsor answers for the target.")
    sponsor = one_of(
        "Sponsor",
        {"Person": "sponsor_person", "Organization": "sponsor_organization"},
        "The person or organization that answers for the target.",
    )
    lead_person = one("Person", "The person who leads the work of the organization (牵头人).")
    target = one_of("SponsorshipTarget", TARGET, "The committee, site or organization that is sponsored.")
    division = one("Division", "The community where the target lies.")
    division_code = column("The 12-digit code of the community.")
    patch_name = column("The name of the patch that the committee belongs to.")
    starts_on = column("The first day of the sponsorship.")
    ends_on = column("The day on which the sponsorship ended.")
    end_reason = column("Why the sponsorship ended.")
    state = column("The state of the sponsorship.")
    last_visited_on = computed(
        Kind.DATE,
        lambda row: visits_of(row)[1],
        "The day of the sponsor's last visit; calls by telephone do not count.",
        nullable=True,
        cost=2,
    )
    visit_count = computed(
        int,
        lambda row: number(visits_of(row)[0]),
        "The number of visits of the sponsor; calls by telephone do not count.",
        cost=2,
    )
    visit_by = column("The last day on which the next visit of the sponsor is in time.")
    is_visit_due = computed(
        bool,
        lambda row: (row.state == sponsorship.SponsorshipState.ACTIVE.value) & (row.visit_by < ASKER.when(today)),
        "Whether the sponsor has not visited in time; filter by it for the list of targets that were not visited.",
        cost=0,
    )
    created_at = column("When the sponsorship was entered here.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    visits = many("Visit", "Visits of the sponsor to the target, newest first.", on="sponsorship", order="-visited_at")
    helpers = many(
        "Registration",
        "Registrations of the cadres of the sponsoring unit who help with it (包抓干部).",
        on=lambda row, registration: registration.id.in_(
            helper.SponsorshipHelper.select(helper.SponsorshipHelper.registration).where(
                helper.SponsorshipHelper.sponsorship == row.id
            )
        ),
    )


def _findings(row: Row) -> ColumnBase:
    return Case(None, [(reads_findings(row, ASKER), row.findings)])


def _issue_count(row: Row) -> ColumnBase:
    brought = visit.VisitIssue.alias("brought")
    return number(brought.select(fn.COUNT(brought.issue)).where(brought.visit == row.id))


@model_type(visit.Visit, "A visit to a committee, a site or an organization (走访).")
class Visit:
    """Everybody sees that somebody was there; what they found, the offices."""

    target = one_of("SponsorshipTarget", TARGET, "The committee, site or organization that was visited.")
    sponsorship = one("Sponsorship", "The sponsorship that the visit was made for, if any.")
    visitor = one("Person", "The person who visited.")
    division = one("Division", "The community where the target lies.")
    division_code = column("The 12-digit code of the community.")
    visited_at = column("When the visit was made.")
    visited_on = column("The day of the visit in Asia/Shanghai.")
    form = column("How the visit was made.")
    findings = computed(
        Kind.PROSE,
        _findings,
        "What the visitor found, for the visitor, the staff of the community and the offices above it.",
        nullable=True,
        queryable=False,
    )
    attachments = attachments_of("Visit")
    issue_count = computed(int, _issue_count, "The number of issues that the visit brought.", cost=2)
    issues = many(
        "Issue",
        "The issues that the visit brought, as far as the viewer may know of them.",
        on=lambda row, issue: issue.id.in_(
            visit.VisitIssue.select(visit.VisitIssue.issue).where(visit.VisitIssue.visit == row.id)
        ),
    )
    created_at = column("When the visit was entered here.")


LINKAGE_TYPES = (TaskForce, TaskForceMember, Sponsorship, Visit)
