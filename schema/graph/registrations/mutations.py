"""Mutations of registrations and agreements."""

from db.issues.models.duty import Duty
from db.registrations.commands import agreements, registrations
from db.registrations.models.agreement import AgreementItemKind, AgreementSide
from db.registrations.models.registration import RegistrationEnd, RegistrationKind, RegistrationReview
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
MUTATIONS = (*_REGISTRATIONS, *_AGREEMENTS)
