"""Meetings: agenda, attendance, votes and resolutions."""

from db.city import models
from schema.catalog.declare import column, many, model_type, one


@model_type(models.Meeting, "A meeting of a committee (会议).")
class Meeting:
    """At least one a month."""

    committee = one("Committee", "The committee that meets.")
    division_code = column("The 12-digit code of the community.")
    state = column("The state of the meeting.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    scheduled_at = column("When the meeting is scheduled to begin.")
    announced_at = column("When the meeting was announced.")
    held_at = column("When the meeting began.")
    is_urgent = column("Whether the meeting was called at short notice.")
    place = column("Where the meeting is held.")
    chair = one("Member", "The member who chairs the meeting.")
    minutes = column("The minutes of the meeting.")
    minutes_signed_at = column("When the minutes were signed.")
    minutes_published_at = column("When the minutes were published.")
    agenda_items = many(
        "AgendaItem",
        "The agenda items, in order.",
        on="meeting",
        order="position",
    )
    attendance = many(
        "Attendance",
        "The attendance of each member.",
        on="meeting",
    )


@model_type(models.AgendaItem, "An item on the agenda of a meeting (议题).")
class AgendaItem:
    """Proposed by a member, often about an issue."""

    meeting = one("Meeting", "The meeting at which the item is discussed.")
    position = column("The position of the item on the agenda.")
    title = column("The title of the agenda item.")
    duty = column("The committee's main duty that the item falls under; null when it was proposed without one.")
    issue = one("Issue", "The issue that the item is about, if any.")
    proposed_by = one("Member", "The member who proposed the item.")
    needs_hearing = column("Whether a hearing must be held before the resolution (听证).")
    hearing_held_on = column("The day on which the hearing was held; null before that.")
    hearing_record = column("What was said at the hearing.")
    votes = many("Vote", "The members' votes on the item.", on="agenda_item")
    resolution = one(
        "Resolution",
        "The resolution on the item; null before the decision.",
        on=lambda item, resolution: resolution.agenda_item == item.id,
    )


@model_type(models.MeetingDemand, "A member's demand for a meeting (提议开会).")
class MeetingDemand:
    """Half of the members may have one."""

    committee = one("Committee", "The committee that should meet.")
    member = one("Member", "The member who demands the meeting.")
    reason = column("Why the member demands a meeting.")
    demanded_at = column("When the meeting was demanded.")
    meeting = one("Meeting", "The meeting that was called; null until then.")


@model_type(models.Attendance, "A record of whether a member attended a meeting (出席).")
class Attendance:
    """One a member and meeting."""

    meeting = one("Meeting", "The meeting that the record belongs to.")
    member = one("Member", "The member whose attendance is recorded.")
    status = column("Whether the member was present.")


@model_type(models.Vote, "The vote of one member on one agenda item (表决).")
class Vote:
    """One a member and item."""

    agenda_item = one("AgendaItem", "The agenda item that was voted on.")
    member = one("Member", "The member who voted.")
    choice = column("How the member voted.")
    interest = column("The interest that the member declared.")


@model_type(models.Resolution, "The decision of a meeting on an agenda item (决议).")
class Resolution:
    """Carried, lost or deferred."""

    agenda_item = one("AgendaItem", "The agenda item that was decided.")
    outcome = column("The outcome of the vote.")
    text = column("The wording of the resolution.")
    for_count = column("The number of votes in favour.")
    against_count = column("The number of votes against the proposal.")
    abstain_count = column("The number of abstentions from the vote.")
    adopted_at = column("When the resolution was adopted.")


MEETING_TYPES = (Meeting, AgendaItem, MeetingDemand, Attendance, Vote, Resolution)
