"""Mutations of registrations and what follows from them: pledges, hours, appraisals; and of agreements."""

from db.issues.models.duty import Duty
from db.registrations.commands import agreements, appraisals, hours, pledges, registrations
from db.registrations.models.agreement import AgreementItemKind, AgreementSide
from db.registrations.models.registration import RegistrationEnd, RegistrationKind, RegistrationReview
from db.registrations.models.service import AppraisalGrade, HourReview
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation, bulk

_SHOWN = {"registration": "Registration", "event": "JournalEntry"}
_SUBMIT = Mutation(
    "submitRegistration",
    "Register yourself, or somebody who agreed to it, with a community; for the party and for staff (报到).",
    registrations.submit_registration,
    (
        Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
        Argument("kind", RegistrationKind, "As what the party registers."),
        Argument(
            "party_id",
            Kind.ID,
            "The organization or the person who registers, as the kind says.",
            of=("Organization", "Person"),
        ),
        Argument("duties", Duty, "The duties that the party offers to serve.", is_list=True),
        Argument("yearly_hours", Kind.DECIMAL, "How many hours a year the party offers."),
        Argument("skills", Kind.LINE, "What the party is good at.", required=False),
        Argument("party_organization_name", Kind.LINE, "The name of the party organization.", required=False),
        Argument(
            "work_unit_id",
            Kind.ID,
            "The organization that a person works for; the one of the person's own row when left out.",
            required=False,
            of=("Organization",),
        ),
        Argument(
            "contact_person_id",
            Kind.ID,
            "The person who speaks for a unit; their account gets the role once the registration is confirmed.",
            required=False,
            of=("Person",),
        ),
        Argument(
            "has_consent",
            Kind.BOOLEAN,
            "Whether the party agreed; needed where you register somebody else.",
            required=False,
        ),
    ),
    _SHOWN,
)
_REGISTRATIONS = (
    _SUBMIT,
    bulk("submitRegistrations", "Submit many registrations at once (批量报到).", _SUBMIT),
    Mutation(
        "reviewRegistration",
        "Confirm or decline a registration; for staff of the community (审核报到).",
        registrations.review_registration,
        (
            Argument("decision", RegistrationReview, "Whether the registration is confirmed."),
            Argument("reason", Kind.PROSE, "Why it was decided so; needed to decline.", required=False),
        ),
        _SHOWN,
    ),
    Mutation(
        "renewRegistration",
        "Confirm a registration for a further time; for its party and for staff (报到续期).",
        registrations.renew_registration,
        shows=_SHOWN,
    ),
    Mutation(
        "endRegistration",
        "End a registration, and the role of the contact that it names; for its party and for staff (终止报到).",
        registrations.end_registration,
        (
            Argument("reason", RegistrationEnd, "Why the registration ends."),
            Argument("note", Kind.PROSE, "A note for the journal.", required=False),
        ),
        _SHOWN,
    ),
    Mutation(
        "transferRegistration",
        "End a registration and submit the same one to another community; for its party (转移报到).",
        registrations.transfer_registration,
        (Argument("division_code", Kind.CODE, "The 12-digit code of the other community."),),
        {**_SHOWN, "successor": "Registration"},
    ),
)
_ITEM = InputObject(
    "AgreementItemInput",
    "An item on one of the lists of a partnership agreement.",
    (
        Argument("side", AgreementSide, "The side that offers, wants or leads it."),
        Argument("kind", AgreementItemKind, "The list that the item is on."),
        Argument("text", Kind.LINE, "What the item is about."),
        Argument("resource_id", Kind.ID, "The resource that the side offers.", required=False, of=("Resource",)),
    ),
)
_AGREED = {"agreement": "PartnershipAgreement", "event": "JournalEntry"}
_AGREEMENTS = (
    Mutation(
        "draftAgreement",
        "Draft a partnership agreement; for staff, the subdistrict and the unit's contact (拟定共建协议).",
        agreements.draft_agreement,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the community or the subdistrict."),
            Argument(
                "organization_id", Kind.ID, "The organization that the community agrees with.", of=("Organization",)
            ),
            Argument("starts_on", Kind.DATE, "The first day of the agreement."),
            Argument("ends_on", Kind.DATE, "The last day of the agreement, three years after the first at most."),
            Argument("items", _ITEM, "What each side offers, wants and leads.", is_list=True),
            Argument(
                "renews_id",
                Kind.ID,
                "The signed agreement of both sides that this one renews.",
                required=False,
                of=("PartnershipAgreement",),
            ),
        ),
        _AGREED,
    ),
    Mutation(
        "signAgreement",
        "Sign a partnership agreement for your side; the second signature concludes it (签订共建协议).",
        agreements.sign_agreement,
        shows=_AGREED,
    ),
    Mutation(
        "endAgreement",
        "End a partnership agreement before its time, or give up a draft; for both sides (终止共建协议).",
        agreements.end_agreement,
        (Argument("reason", Kind.PROSE, "Why the agreement ends, for the journal."),),
        _AGREED,
    ),
)
_PLEDGED = {"pledge": "Pledge", "event": "JournalEntry"}
_NOTE = Argument("note", Kind.PROSE, "A note for the journal.", required=False)
_PLEDGES = (
    Mutation(
        "makePledge",
        "Promise to do something by a day; for the party of an active registration (作出承诺).",
        pledges.make_pledge,
        (
            Argument("duty", Duty, "The duty that the pledge serves."),
            Argument("text", Kind.PROSE, "What the party promises."),
            Argument("due_on", Kind.DATE, "The day by which the pledge is to be kept."),
            Argument("hours", Kind.DECIMAL, "How many hours the party promises.", required=False),
            Argument("need_id", Kind.ID, "The need that the pledge serves.", required=False, of=("Need",)),
            Argument("site_id", Kind.ID, "The site that the pledge is about.", required=False, of=("Site",)),
        ),
        _PLEDGED,
    ),
    Mutation(
        "confirmPledge",
        "Confirm that a pledge without hours was kept; for staff (确认履约).",
        pledges.confirm_pledge,
        (_NOTE,),
        _PLEDGED,
    ),
    Mutation(
        "cancelPledge",
        "Take a pledge back; for the party that made it (撤回承诺).",
        pledges.cancel_pledge,
        (_NOTE,),
        _PLEDGED,
    ),
)
_RECORD = {"hourRecord": "HourRecord"}
# What `logHours` does for each of its rows; there is no such mutation by itself.
_LOG = Mutation(
    "logHours",
    "Log the hours of one person on one day.",
    hours.log_hours,
    (
        Argument("person_id", Kind.ID, "The person who served.", of=("Person",)),
        Argument("day", Kind.DATE, "The day of the service."),
        Argument("hours", Kind.DECIMAL, "The number of hours, in steps of half an hour."),
        Argument("duty", Duty, "The duty that was served."),
        Argument("text", Kind.LINE, "What the person did."),
        Argument(
            "registration_id",
            Kind.ID,
            "The active registration, of the person or their unit, that the hours count for.",
            required=False,
            of=("Registration",),
        ),
        Argument("team_id", Kind.ID, "The team that the person served with.", required=False, of=("VolunteerTeam",)),
        Argument("pledge_id", Kind.ID, "The pledge that the hours were spent on.", required=False, of=("Pledge",)),
    ),
    _RECORD,
)
_SERVICE = (
    bulk(
        "logHours",
        "Log hours of service; for the person, the contact of their unit, and the captain of the team (登记服务时长).",
        _LOG,
    ),
    Mutation(
        "reviewHours",
        "Decide whether logged hours count; for staff and the captain of the team, never for one's own (审核服务时长).",
        hours.review_hours,
        (
            Argument("decision", HourReview, "Whether the hours count."),
            Argument("reason", Kind.LINE, "Why it was decided so; needed to reject.", required=False),
        ),
        _RECORD,
    ),
    Mutation(
        "appraiseRegistration",
        "Grade what a registered party did in a year, once; for staff (年度评议).",
        appraisals.appraise_registration,
        (
            Argument("year", Kind.INT, "The year that is appraised."),
            Argument("grade", AppraisalGrade, "The grade of the year."),
            Argument("comment", Kind.PROSE, "What the community says about the year."),
        ),
        {"appraisal": "Appraisal"},
    ),
)
MUTATIONS = (*_REGISTRATIONS, *_PLEDGES, *_SERVICE, *_AGREEMENTS)
