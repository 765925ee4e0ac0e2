"""Mutations of the service catalogue and of applications."""

from db.places.models.division import DivisionLevel
from db.services import catalogue, deciding, filing
from db.services.models.application import ApplicationConsent, ApplicationDecision
from db.services.models.catalogue import ServiceArea, ServiceMode
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from schema.graph.attachments import FILE_INPUT

_SHOWN = {"application": "ServiceApplication", "event": "JournalEntry"}
_MATERIAL_ROW = InputObject(
    "ServiceMaterialInput",
    "A material of a service.",
    (
        Argument("code", Kind.CODE, "The code of the material, once in the service."),
        Argument("name", Kind.LINE, "What the material is, such as an identity card."),
        Argument(
            "is_required",
            Kind.BOOLEAN,
            "Whether no application is accepted without it; it is so when left out.",
            required=False,
        ),
    ),
)
_ITEM_ROW = InputObject(
    "ServiceItemInput",
    "A service as the new version of the catalogue describes it.",
    (
        Argument("code", Kind.CODE, "The code of the service, the same in all versions."),
        Argument("name", Kind.LINE, "The name of the service."),
        Argument("area", ServiceArea, "What the service is about."),
        Argument("department", Kind.LINE, "The department that is responsible for the service."),
        Argument("mode", ServiceMode, "Who decides an application for it."),
        Argument("level", DivisionLevel, "The level of the office that accepts it: COMMUNITY or SUBDISTRICT."),
        Argument("promised_days", Kind.INT, "The working days from acceptance within which it is decided."),
        Argument("fee", Kind.DECIMAL, "The fee in yuan; none when left out.", required=False),
        Argument("eligibility", Kind.PROSE, "The people who may apply for it.", required=False),
        Argument("materials", _MATERIAL_ROW, "What an application brings, in order.", required=False, is_list=True),
    ),
)
_MATERIALS = Argument(
    "materials",
    InputObject(
        "ApplicationMaterialInput",
        "A material that an application brings.",
        (
            Argument("code", Kind.CODE, "The code of the material of the service that it is."),
            Argument("attachment", FILE_INPUT, "The file, which is kept elsewhere."),
        ),
    ),
    "The materials that the service asks for, as far as they are there.",
    required=False,
    is_list=True,
)
MUTATIONS = (
    Mutation(
        "publishServiceCatalogue",
        "Publish the next version of the city's service catalogue, which is in force at once; for officers of the city "
        "(发布事项目录).",
        catalogue.publish_service_catalogue,
        (
            Argument("items", _ITEM_ROW, "Every service of the new version.", is_list=True),
            Argument("note", Kind.PROSE, "What there is to say of the version.", required=False),
        ),
        {"serviceCatalogue": "ServiceCatalogue"},
        is_versioned=True,
    ),
    Mutation(
        "submitApplication",
        "Apply for a service of the catalogue in force, for yourself, or as staff of the community for somebody who "
        "agreed; help with it costs nothing (申请办件).",
        filing.submit_application,
        (
            Argument("item_id", Kind.ID, "The service; give this or `itemCode`.", required=False, of=("ServiceItem",)),
            Argument("item_code", Kind.CODE, "The code of the service; give this or `itemId`.", required=False),
            Argument(
                "applicant_id", Kind.ID, "The person who applies; you when left out.", required=False, of=("Person",)
            ),
            Argument(
                "consent",
                ApplicationConsent,
                "How the applicant agreed, where you file it for somebody else.",
                required=False,
            ),
            _MATERIALS,
        ),
        _SHOWN,
    ),
    Mutation(
        "requestApplicationMaterials",
        "Ask the applicant for all materials that are missing, once; until they are supplied the clock stands still "
        "(一次性告知补正).",
        deciding.request_application_materials,
        (
            Argument("materials", Kind.CODE, "The codes of the materials that are missing.", is_list=True),
            Argument("note", Kind.PROSE, "What there is to say of them, for the journal.", required=False),
        ),
        _SHOWN,
    ),
    Mutation(
        "supplementApplication",
        "Supply what was asked for; the clock goes on (补正材料).",
        filing.supplement_application,
        (Argument("note", Kind.PROSE, "What you supply, or why it cannot be supplied, for the journal."), _MATERIALS),
        _SHOWN,
    ),
    Mutation(
        "acceptApplication",
        "Accept an application; the working days that its service promises begin (受理办件).",
        deciding.accept_application,
        shows=_SHOWN,
    ),
    Mutation(
        "forwardApplication",
        "Forward an application for a service with the mode ASSISTED to the office that decides it (转办).",
        deciding.forward_application,
        (
            Argument("forwarded_to", Kind.CODE, "The 12-digit code of the division above whose office decides."),
            Argument("outside_number", Kind.CODE, "The number that it has there."),
        ),
        _SHOWN,
    ),
    Mutation(
        "decideApplication",
        "Decide an application, as the office that answers for it and not as whoever filed it (办结).",
        deciding.decide_application,
        (
            Argument("decision", ApplicationDecision, "The outcome that is decided."),
            Argument("grounds", Kind.PROSE, "The grounds; a refusal needs them.", required=False),
            Argument(
                "remedy", Kind.PROSE, "What the applicant can do against a refusal, which needs it.", required=False
            ),
        ),
        _SHOWN,
    ),
    Mutation(
        "rateApplication",
        "Rate as the applicant how your application was dealt with; of a rating of 1 or 2 the office above is told "
        "(评价办件).",
        filing.rate_application,
        (
            Argument("rating", Kind.INT, "The rating, the more the better."),
            Argument("rating_text", Kind.PROSE, "What there is to say about it.", required=False),
        ),
        _SHOWN,
    ),
    Mutation(
        "withdrawApplication",
        "Withdraw an application that is not decided yet (撤回办件).",
        filing.withdraw_application,
        (Argument("reason", Kind.PROSE, "Why it is withdrawn, for the journal."),),
        _SHOWN,
    ),
)
