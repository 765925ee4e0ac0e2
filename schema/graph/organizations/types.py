"""Organizations of every kind."""

from db.city import models
from db.organizations.rollups import ORGANIZATION_ROLLUPS
from schema.catalog.declare import column, many, model_type, one


@model_type(
    models.Organization,
    "An organization that is seated in a community or supports it (单位).",
    rollups=ORGANIZATION_ROLLUPS,
)
class Organization:
    """Of any of seven kinds."""

    name = column("The name of the organization.")
    kind = column("The kind of organization.")
    social_kind = column("The field of activity of a social organization.")
    is_partner_unit = column("Whether the organization is a partner unit (共建单位).")
    is_target_unit = column("Whether the organization is a target that sponsors answer for (包抓单位).")
    party_organization_name = column("The name of the party organization of the unit.")
    head = one("Person", "The person who heads the organization (负责人).")
    member_count = column("The number of members of a social organization.")
    filing = column("Whether a social organization is filed or registered.")
    filing_number = column("The number under which a social organization is filed or registered.")
    address = column("The postal address of the organization.")
    closed_on = column("The day on which the organization was closed.")
    state = column("The state of the organization.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
    division = one("Division", "The community where the organization is seated.")
    division_code = column("The 12-digit code of the community.")
    resources = many(
        "Resource",
        "Resources that the organization offers.",
        on="organization",
    )
