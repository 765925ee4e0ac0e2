"""The lifecycle machines by their table, and with them what has a life of its own."""

from typing import Any

from db.access.steps import RowSteps
from db.assessment.lifecycle import PERIOD_LIFECYCLE
from db.assessment.models import AssessmentPeriod
from db.assessment.standing import PERIOD_STEPS
from db.bookings.lifecycle import BOOKING_LIFECYCLE
from db.bookings.models import Booking
from db.bookings.standing import BOOKING_STEPS
from db.city import models
from db.committees.lifecycle import CANDIDACY_LIFECYCLE, COMMITTEE_LIFECYCLE
from db.committees.standing import CANDIDACY_STEPS, COMMITTEE_STEPS
from db.deliberation.lifecycle import MEETING_LIFECYCLE
from db.deliberation.standing import MEETING_STEPS, PROJECT_STEPS
from db.emergency.standing import INCIDENT_STEPS
from db.forum.lifecycle import FORUM_LIFECYCLE
from db.forum.models import ForumSession
from db.forum.standing import FORUM_STEPS
from db.funds.lifecycle import DONATION_LIFECYCLE
from db.funds.models import Donation
from db.funds.standing import DONATION_STEPS
from db.gates.lifecycle import ACCESS_POINT_LIFECYCLE, PASS_LIFECYCLE
from db.gates.models import AccessPass, AccessPoint
from db.gates.standing import ACCESS_POINT_STEPS, PASS_STEPS
from db.health.lifecycle import SUB_COMMITTEE_LIFECYCLE
from db.health.models.sub_committee import SubCommittee
from db.health.standing import SUB_COMMITTEE_STEPS
from db.incidents.lifecycle import INCIDENT_LIFECYCLE
from db.issues.lifecycle import ISSUE_LIFECYCLE
from db.issues.lifecycles import CLAIM_LIFECYCLE, NEED_LIFECYCLE, PROJECT_LIFECYCLE, REQUEST_LIFECYCLE
from db.issues.standing import CLAIM_STEPS, REQUEST_STEPS
from db.kernel.lifecycle import Machine
from db.linkage.lifecycle import SPONSORSHIP_LIFECYCLE, TASK_FORCE_LIFECYCLE
from db.linkage.models.sponsorship import Sponsorship
from db.linkage.models.task_force import TaskForce
from db.linkage.standing import SPONSORSHIP_STEPS, TASK_FORCE_STEPS
from db.matches.lifecycle import MATCH_LIFECYCLE
from db.matches.models import Match
from db.matches.standing import MATCH_STEPS
from db.messages.lifecycle import MESSAGE_LIFECYCLE
from db.messages.models import ChannelMessage
from db.messages.standing import MESSAGE_STEPS
from db.monitoring.lifecycle import AID_LIFECYCLE, MONITORING_LIFECYCLE
from db.monitoring.models import AidTask, MonitoringCase
from db.monitoring.standing import AID_STEPS, MONITORING_STEPS
from db.organizations.lifecycle import ORGANIZATION_LIFECYCLE
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE
from db.organizations.resource_standing import RESOURCE_STEPS
from db.organizations.standing import ORGANIZATION_STEPS
from db.publications.lifecycle import PUBLICATION_LIFECYCLE
from db.publications.models import Publication
from db.publications.standing import PUBLICATION_STEPS
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE, PLEDGE_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.agreement import PartnershipAgreement
from db.registrations.models.registration import Registration
from db.registrations.models.service import Pledge
from db.registrations.standing import AGREEMENT_STEPS, PLEDGE_STEPS, REGISTRATION_STEPS
from db.services.lifecycle import APPLICATION_LIFECYCLE
from db.services.models.application import ServiceApplication
from db.services.standing import APPLICATION_STEPS
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE, SHIFT_LIFECYCLE
from db.shifts.models.shift import Shift, ShiftAssignment
from db.shifts.standing import ASSIGNMENT_STEPS, SHIFT_STEPS
from db.sites.lifecycle import SITE_LIFECYCLE
from db.sites.standing import SITE_STEPS
from db.teams.lifecycle import DEPLOYMENT_LIFECYCLE, TEAM_LIFECYCLE
from db.teams.models.deployment import Deployment
from db.teams.standing import DEPLOYMENT_STEPS, TEAM_STEPS

MACHINES: dict[Any, Machine[Any, Any, Any, Any]] = {
    models.Issue: ISSUE_LIFECYCLE,
    models.Claim: CLAIM_LIFECYCLE,
    models.Need: NEED_LIFECYCLE,
    models.Project: PROJECT_LIFECYCLE,
    models.IssueRequest: REQUEST_LIFECYCLE,
    models.Meeting: MEETING_LIFECYCLE,
    models.Committee: COMMITTEE_LIFECYCLE,
    models.Site: SITE_LIFECYCLE,
    models.Candidacy: CANDIDACY_LIFECYCLE,
    models.Organization: ORGANIZATION_LIFECYCLE,
    models.Resource: RESOURCE_LIFECYCLE,
    Registration: REGISTRATION_LIFECYCLE,
    Pledge: PLEDGE_LIFECYCLE,
    PartnershipAgreement: AGREEMENT_LIFECYCLE,
    TaskForce: TASK_FORCE_LIFECYCLE,
    Sponsorship: SPONSORSHIP_LIFECYCLE,
    Publication: PUBLICATION_LIFECYCLE,
    models.VolunteerTeam: TEAM_LIFECYCLE,
    Deployment: DEPLOYMENT_LIFECYCLE,
    Shift: SHIFT_LIFECYCLE,
    ShiftAssignment: ASSIGNMENT_LIFECYCLE,
    SubCommittee: SUB_COMMITTEE_LIFECYCLE,
    Booking: BOOKING_LIFECYCLE,
    Match: MATCH_LIFECYCLE,
    ForumSession: FORUM_LIFECYCLE,
    Donation: DONATION_LIFECYCLE,
    ChannelMessage: MESSAGE_LIFECYCLE,
    models.Incident: INCIDENT_LIFECYCLE,
    MonitoringCase: MONITORING_LIFECYCLE,
    AidTask: AID_LIFECYCLE,
    ServiceApplication: APPLICATION_LIFECYCLE,
    AccessPoint: ACCESS_POINT_LIFECYCLE,
    AccessPass: PASS_LIFECYCLE,
    AssessmentPeriod: PERIOD_LIFECYCLE,
}
# Those whose steps are in the journal; an issue's are in its ledger.
JOURNALED = {model: machine for model, machine in MACHINES.items() if machine is not ISSUE_LIFECYCLE}
# Who may take the steps of those that people move, and what stands in the way.
STEPS: dict[Any, RowSteps] = {
    steps.model: steps
    for steps in (
        CLAIM_STEPS,
        REQUEST_STEPS,
        PROJECT_STEPS,
        MEETING_STEPS,
        SITE_STEPS,
        ORGANIZATION_STEPS,
        RESOURCE_STEPS,
        REGISTRATION_STEPS,
        PLEDGE_STEPS,
        AGREEMENT_STEPS,
        TASK_FORCE_STEPS,
        SPONSORSHIP_STEPS,
        PUBLICATION_STEPS,
        COMMITTEE_STEPS,
        CANDIDACY_STEPS,
        TEAM_STEPS,
        DEPLOYMENT_STEPS,
        SHIFT_STEPS,
        ASSIGNMENT_STEPS,
        SUB_COMMITTEE_STEPS,
        BOOKING_STEPS,
        MATCH_STEPS,
        FORUM_STEPS,
        DONATION_STEPS,
        MESSAGE_STEPS,
        INCIDENT_STEPS,
        MONITORING_STEPS,
        AID_STEPS,
        APPLICATION_STEPS,
        ACCESS_POINT_STEPS,
        PASS_STEPS,
        PERIOD_STEPS,
    )
}
