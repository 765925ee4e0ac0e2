"""Mutations of intake: bringing an issue in, taking it up or not, and taking it back."""

from db.issues import intake
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, EmergencyService, RejectionReason, Urgency
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.graph.incidents import OF_INCIDENT
from schema.graph.issues.mutations.handling import EVIDENCE

# What is told of an issue that is submitted.
SUBMITTED = (
    Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
    Argument("channel", Channel, "The channel through which the issue reached the community."),
    Argument("title", Kind.LINE, "The title of the issue."),
    Argument("description", Kind.PROSE, "The description of the concern."),
    Argument("duty", Duty, "The duty that the issue falls under, one of eight; your best guess is enough."),
    Argument("urgency", Urgency, "How fast the issue must be handled."),
    Argument("topic_code", Kind.CODE, "The code of the topic, such as HOU-01.", required=False),
    Argument("place", Kind.LINE, "The place that the issue is about.", required=False),
    Argument(
        "site_id",
        Kind.ID,
        "The site of the community that the issue is about; give this or `siteCode`.",
        required=False,
        of=("Site",),
    ),
    Argument(
        "site_code",
        Kind.CODE,
        "The code of the site in the community; give this or `siteId`.",
        required=False,
    ),
    Argument(
        "latitude",
        Kind.DECIMAL,
        "The latitude of the place in degrees north (WGS-84); that of the site when left out.",
        required=False,
    ),
    Argument(
        "longitude",
        Kind.DECIMAL,
        "The longitude of the place in degrees east (WGS-84); that of the site when left out.",
        required=False,
    ),
    Argument(
        "is_anonymous",
        Kind.BOOLEAN,
        "Whether handlers must not learn who reported the issue; then no contact is needed.",
        required=False,
    ),
    Argument(
        "contact_name",
        Kind.LINE,
        "The name of the person to contact; at least one of the three contact fields is required, and "
        "none is kept in the ledger.",
        required=False,
    ),
    Argument("contact_phone", Kind.CODE, "The telephone number of the reporter.", required=False),
    Argument("contact_address", Kind.LINE, "The address of the reporter.", required=False),
    Argument(
        "external_source",
        Kind.CODE,
        "The external system that the issue comes from, such as 12345; send it together with `externalId`.",
        required=False,
    ),
    Argument(
        "external_id",
        Kind.LINE,
        "The unique id of the issue in the external system; ALREADY_EXISTS when it was submitted before.",
        required=False,
    ),
    Argument(
        "referred_to",
        EmergencyService,
        "The emergency service that the reporter was told to call; the urgency is EMERGENCY then.",
        required=False,
    ),
    OF_INCIDENT,
)
MUTATIONS = (
    Mutation(
        "submitIssue",
        "Submit an issue to a community (提交).",
        intake.submit_issue,
        (
            *SUBMITTED,
            Argument(
                "evidence", EVIDENCE, "What shows the concern, such as photographs.", required=False, is_list=True
            ),
        ),
    ),
    Mutation(
        "requestIssueInfo",
        "Ask the reporter for missing information, which stops the intake deadline until the answer (要求补充).",
        intake.request_info,
        (Argument("question", Kind.PROSE, "The question to the reporter."),),
    ),
    Mutation(
        "supplementIssue",
        "Answer the community's question about your issue (补充).",
        intake.supplement_issue,
        (Argument("answer", Kind.PROSE, "The answer to the question."),),
    ),
    Mutation(
        "acceptIssue",
        "Accept a submitted issue into the ledger, with a number, a deadline and an entry on the need list (受理).",
        intake.accept_issue,
        (
            Argument("urgency", Urgency, "The urgency, as the office confirms it."),
            Argument("duty", Duty, "The duty, as the office confirms it."),
        ),
    ),
    Mutation(
        "rejectIssue",
        "Reject a submitted issue, with a reason and advice (不予受理).",
        intake.reject_issue,
        (
            Argument("reason", RejectionReason, "The reason why the issue is rejected."),
            Argument("advice", Kind.PROSE, "Advice on where the reporter can turn."),
            Argument(
                "norm_code",
                Kind.LINE,
                "The code of the district's norm, such as ABSTAIN-3; for the reason NORM_ABSTAIN only.",
                required=False,
            ),
        ),
    ),
    Mutation(
        "appealIssue",
        "Appeal against a rejection to the office one level up, once and within 15 days (申诉).",
        intake.appeal_issue,
        (Argument("grounds", Kind.PROSE, "Why the issue should be accepted."),),
    ),
    Mutation(
        "withdrawIssue",
        "Withdraw an issue before it is handled (撤回).",
        intake.withdraw_issue,
        (
            Argument("reason", Kind.PROSE, "Why the issue is withdrawn."),
            Argument(
                "reporter_consent",
                Kind.PROSE,
                "How and when the reporter agreed, when somebody else withdraws the issue.",
                required=False,
            ),
        ),
    ),
)
