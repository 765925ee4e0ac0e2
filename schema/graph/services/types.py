"""Applications for services, and the materials that they brought."""

from peewee import Case

from db.kernel.expressions import json_names
from db.services import visibility
from db.services.models import application as models
from schema.catalog.declare import column, computed, many, model_type, names, one
from schema.catalog.fields import Kind
from schema.graph.attachments import attachments_of
from schema.graph.services.catalogue import ServiceCatalogue, ServiceItem, ServiceItemChange, ServiceMaterial
from schema.graph.viewer import seen_by


@model_type(
    models.ServiceApplication,
    "An application of a person for a service (办件).",
    visible=seen_by(visibility.APPLICATION),
)
class ServiceApplication:
    """Known to the applicant, to whoever filed it for them, and to the offices that answer."""

    number = column("The number of the application, without gaps in its community and year (办件编号).")
    division = one("Division", "The community of the applicant.")
    division_code = column("The 12-digit code of the community.")
    item = one("ServiceItem", "The service, as it was when the application was filed.")
    applicant = one("Person", "The person who applies; null five years after the end.")
    assisted_by_name = column("The name of whoever filed it for the applicant; null where they did it themselves.")
    consent = column("How the applicant agreed that somebody else files it.")
    level = column("The level of the office that accepts it: COMMUNITY or SUBDISTRICT.")
    forwarded_to = column("The 12-digit code of the division whose office decides instead, once it was forwarded.")
    outside_number = column("The number that it has at the office to which it was forwarded.")
    requested_at = column("When materials that are missing were asked for, which happens once at most.")
    requested_materials = names(
        lambda application: json_names(application.requested), "The codes of the materials that were asked for."
    )
    materials = many("ApplicationMaterial", "What the application brought, oldest first.", on="application")
    attachments = attachments_of("ServiceApplication")
    accepted_at = column("When the application was accepted.")
    due_at = computed(
        Kind.DATETIME,
        lambda application: Case(
            None, [(application.state != models.ApplicationState.NEEDS_MATERIALS.value, application.due_at)]
        ),
        "When it is to be accepted, and then when it is to be decided; null while the clock stands still because "
        "materials are missing.",
        nullable=True,
        cost=0,
    )
    decided_at = column("When the application was decided.")
    decision = column("The outcome that was decided.")
    grounds = column("The grounds of the decision.")
    remedy = column("What the applicant can do against a refusal, or instead.")
    rate_until = column("Until when the applicant may rate it.")
    rating = column("The rating of the applicant, from 1 to 5.")
    rating_text = column("The words of the applicant about it.")
    withdrawn_at = column("When the application was withdrawn.")
    state = column("The state of the application.")
    created_at = column("When the application was filed.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(
    models.ApplicationMaterial,
    "A material that an application brought (办件材料); erased some time after the end.",
    visible=seen_by(visibility.MATERIAL),
    is_node=False,
)
class ApplicationMaterial:
    """A file, and which of the service's materials it is."""

    code = column("The code of the material of the service.")
    attachment = one("Attachment", "The file that was brought.")


TYPES = (ServiceCatalogue, ServiceItem, ServiceMaterial, ServiceItemChange, ServiceApplication, ApplicationMaterial)
