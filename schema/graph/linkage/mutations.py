"""Mutations of task forces, sponsorships and visits."""

from db.access.bulk import BulkErrorPolicy
from db.linkage import helpers, sponsorships, task_forces, visits
from db.linkage.models.sponsorship import SponsorshipKind
from db.linkage.models.task_force import TaskForceKind, TaskForceRole
from db.linkage.models.visit import VisitForm
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.attachments import FILE_INPUT
from schema.graph.incidents import OF_INCIDENT
from schema.graph.issues.mutations.intake import SUBMITTED

_FORCE = {"taskForce": "TaskForce", "event": "JournalEntry"}
_SPONSORED = {"sponsorship": "Sponsorship", "event": "JournalEntry"}
_TARGETS = ("Committee", "Site", "Organization")
_SPONSORS = ("Person", "Organization")
_POLICY = Argument(
    "error_policy",
    BulkErrorPolicy,
    "Whether the others are assigned when some are refused; REJECT_ALL when left out.",
    required=False,
)
_STARTS_ON = Argument("starts_on", Kind.DATE, "The first day of the sponsorship; today when left out.", required=False)
_LEAD = Argument(
    "lead_person_id",
    Kind.ID,
    "The person who leads the work of a sponsoring organization.",
    required=False,
    of=("Person",),
)
_SPONSOR_ROW = InputObject(
    "AssignSponsorRow",
    "One row of the input of `assignSponsor`.",
    (Argument("target_id", Kind.ID, "The committee, or the site or target unit, that is sponsored.", of=_TARGETS),),
)
_PATCH_ROW = InputObject(
    "AssignPatchRow",
    "One row of the input of `assignPatch`.",
    (Argument("committee_id", Kind.ID, "A committee of the patch.", of=("Committee",)),),
)
_MEMBER = InputObject(
    "TaskForceMemberInput",
    "A person in a task force, with position and work.",
    (
        Argument("person_id", Kind.ID, "The person who is the member.", of=("Person",)),
        Argument("role", TaskForceRole, "The position of the member in the task force."),
        Argument("work", Kind.LINE, "The work that is the member's, in words."),
    ),
)
_ISSUE = InputObject(
    "VisitIssueInput",
    "An issue that a visit brought; it is submitted to the community with the channel VISIT.",
    tuple(argument for argument in SUBMITTED if argument.name not in ("division_code", "channel")),
)
_TASK_FORCES = (
    Mutation(
        "formTaskForce",
        "Form a task force or a coordination body; for officers of the subdistrict (成立工作专班).",
        task_forces.form_task_force,
        (
            Argument("kind", TaskForceKind, "Which of the two bodies of a subdistrict is formed."),
            Argument("name", Kind.LINE, "The name of the task force."),
            Argument("members", _MEMBER, "The members, of whom one is the LEAD.", is_list=True),
            Argument("formed_on", Kind.DATE, "The day on which it was formed; today when left out.", required=False),
        ),
        _FORCE,
    ),
    Mutation(
        "changeTaskForce",
        "Change the name of a task force, or all of its members (变更工作专班).",
        task_forces.change_task_force,
        (
            Argument("name", Kind.LINE, "The name of the task force.", required=False),
            Argument(
                "members", _MEMBER, "All members from now on, of whom one is the LEAD.", required=False, is_list=True
            ),
        ),
        _FORCE,
    ),
    Mutation(
        "endTaskForce",
        "Dissolve a task force permanently (撤销工作专班).",
        task_forces.end_task_force,
        (Argument("reason", Kind.PROSE, "Why the task force is dissolved, for the journal."),),
        _FORCE,
    ),
)
_SPONSORSHIPS = (
    Mutation(
        "assignSponsor",
        "Assign a leader to committees, for officers of district and city; or a unit or cadre to sites and target "
        "units, for staff (明确包抓).",
        sponsorships.assign_sponsor,
        (
            Argument("kind", SponsorshipKind, "LEADER_CONTACT or TARGET; for a PATCH use assignPatch."),
            Argument("sponsor_id", Kind.ID, "The person or organization that answers for the targets.", of=_SPONSORS),
            Argument("rows", _SPONSOR_ROW, "What the sponsor answers for; each row has a result.", is_list=True),
            _LEAD,
            _STARTS_ON,
            _POLICY,
        ),
        {"results": _SPONSORED},
    ),
    Mutation(
        "assignPatch",
        "Assign the committees of a patch to the leader of the subdistrict who supervises them (分片督抓).",
        sponsorships.assign_patch,
        (
            Argument("patch_name", Kind.LINE, "The name of the patch."),
            Argument("supervisor_id", Kind.ID, "The person who supervises the patch.", of=("Person",)),
            Argument("rows", _PATCH_ROW, "The committees of the patch; each row has a result.", is_list=True),
            _STARTS_ON,
            _POLICY,
        ),
        {"results": _SPONSORED},
    ),
    Mutation(
        "replaceSponsor",
        "End a sponsorship and assign its target to another sponsor without a gap (更换包抓责任人).",
        sponsorships.replace_sponsor,
        (
            Argument("sponsor_id", Kind.ID, "The person or organization that takes the target on.", of=_SPONSORS),
            Argument("reason", Kind.LINE, "Why the sponsor is replaced."),
            _LEAD,
        ),
        {**_SPONSORED, "replacement": "Sponsorship"},
    ),
    Mutation(
        "setRegistrationSponsorship",
        "Settle which sponsorship of their own unit a registered cadre helps with; for the cadre, the contact of the "
        "unit and staff (明确包抓干部).",
        helpers.set_registration_sponsorship,
        (
            Argument(
                "sponsorship_id",
                Kind.ID,
                "The sponsorship, which the cadre's unit leads; none when left out.",
                required=False,
                of=("Sponsorship",),
            ),
        ),
        {**_SPONSORED, "registration": "Registration"},
    ),
    Mutation(
        "endSponsorship",
        "End a sponsorship, and with a leader's contact the role of the leader; for whoever assigns it, and for the "
        "contact of the sponsoring unit (解除包抓).",
        sponsorships.end_sponsorship,
        (Argument("reason", Kind.LINE, "Why the sponsorship ends."),),
        _SPONSORED,
    ),
)
_VISITS = (
    Mutation(
        "logVisit",
        "Log a visit with the issues that it brought; for sponsors of the target, and leaders in contact and members "
        "of the community (走访记录).",
        visits.log_visit,
        (
            Argument("target_id", Kind.ID, "The committee, site or organization that was visited.", of=_TARGETS),
            Argument("visited_at", Kind.DATETIME, "When the visit was made."),
            Argument("form", VisitForm, "How the visit was made; a PHONE call does not satisfy the duty to visit."),
            Argument("findings", Kind.PROSE, "What you found, for the offices."),
            Argument(
                "sponsorship_id",
                Kind.ID,
                "Your sponsorship that the visit was made for; when left out, the oldest one that you have there.",
                required=False,
                of=("Sponsorship",),
            ),
            OF_INCIDENT,
            Argument(
                "issues", _ISSUE, "The issues that the visit brought, to be submitted.", required=False, is_list=True
            ),
            Argument("attachments", FILE_INPUT, "Files that show what you found.", required=False, is_list=True),
        ),
        {"visit": "Visit"},
    ),
)
MUTATIONS = (*_TASK_FORCES, *_SPONSORSHIPS, *_VISITS)
