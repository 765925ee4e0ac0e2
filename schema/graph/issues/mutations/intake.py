"""Mutations of intake: bringing an issue in, taking it up or not, and taking it back."""

from db.issues import intake
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, RejectionReason, Urgency
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "submitIssue",
        "Bring a concern to a community (提交).",
        intake.submit_issue,
        (
            Argument("division_code", Kind.CODE, "The community's 12-digit code."),
            Argument("channel", Channel, "How it reached the community."),
            Argument("title", Kind.LINE, "A title of 2 to 60 characters."),
            Argument("description", Kind.PROSE, "What the concern is, up to 2,000 characters."),
            Argument("duty", Duty, "Which of the eight duties it falls under; a guess is welcome."),
            Argument("urgency", Urgency, "How fast it must be handled."),
            Argument("topic_code", Kind.CODE, "The topic's code, such as HOU-01.", required=False),
            Argument("place", Kind.LINE, "The place that the issue is about.", required=False),
            Argument(
                "is_anonymous",
                Kind.BOOLEAN,
                "Whether handlers must not learn who reported it; then no contact is needed.",
                required=False,
            ),
            Argument(
                "contact_name",
                Kind.LINE,
                "Whom to ask; one of the three of the contact is needed, and kept apart from the ledger.",
                required=False,
            ),
            Argument("contact_phone", Kind.CODE, "The telephone number of the reporter.", required=False),
            Argument("contact_address", Kind.LINE, "The address of the reporter.", required=False),
            Argument(
                "external_source",
                Kind.CODE,
                "The system that it comes from, such as 12345; given together with externalId.",
                required=False,
            ),
            Argument(
                "external_id",
                Kind.LINE,
                "The name that it has in that system, taken once; ALREADY_EXISTS when it was submitted before.",
                required=False,
            ),
        ),
        about_issue=False,
    ),
    Mutation(
        "requestIssueInfo",
        "Ask the reporter for what is missing; the clock of intake stops until the answer (要求补充).",
        intake.request_info,
        (Argument("question", Kind.PROSE, "What to answer, up to 2,000 characters."),),
    ),
    Mutation(
        "supplementIssue",
        "Answer what the community asked (补充).",
        intake.supplement_issue,
        (Argument("answer", Kind.PROSE, "The answer, up to 2,000 characters."),),
    ),
    Mutation(
        "acceptIssue",
        "Take a submitted issue into the ledger, with its number, deadline and entry on the need list (受理).",
        intake.accept_issue,
        (
            Argument("urgency", Urgency, "The urgency, confirmed by the office."),
            Argument("duty", Duty, "The duty, confirmed by the office."),
        ),
    ),
    Mutation(
        "rejectIssue",
        "Refuse to take an issue up, with a reason and advice (不予受理).",
        intake.reject_issue,
        (
            Argument("reason", RejectionReason, "Why it is not taken up."),
            Argument("advice", Kind.PROSE, "Where the reporter can turn, up to 2,000 characters."),
            Argument(
                "norm_code",
                Kind.LINE,
                "The code of the district's norm, such as ABSTAIN-3; for NORM_ABSTAIN only.",
                required=False,
            ),
        ),
    ),
    Mutation(
        "appealIssue",
        "Appeal against a rejection to the office one level up, once and within 15 days (申诉).",
        intake.appeal_issue,
        (Argument("grounds", Kind.PROSE, "Why it should be taken up, up to 2,000 characters."),),
    ),
    Mutation(
        "withdrawIssue",
        "Take an issue back before it is handled (撤回).",
        intake.withdraw_issue,
        (
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters."),
            Argument(
                "reporter_consent",
                Kind.PROSE,
                "How and when the reporter agreed, when somebody else withdraws it.",
                required=False,
            ),
        ),
    ),
)
