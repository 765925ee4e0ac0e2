"""Notices of the system, visible to their recipients and to the responsible offices."""

from db.access.visibility import NOTICE
from db.city import models
from schema.catalog.declare import column, model_type, one
from schema.graph.viewer import seen_by


@model_type(models.Notice, "A reminder that the system sent to somebody (提醒).", visible=seen_by(NOTICE))
class Notice:
    """For whom it was meant, and for the offices over the place."""

    kind = column("The kind of the notice.")
    text = column("The text of the notice.")
    issue = one("Issue", "The issue that the notice is about, if any.")
    member = one("Member", "The member that the notice is about, if any.")
    division_code = column("The code of the division that the notice is about.")
    role = column("The role of the recipient.")
    office_code = column("The code of the division whose office received the notice.")
    created_at = column("When the notice was written.")
