"""Meetings: agenda, attendance, votes and resolutions."""

from db.city import models
from schema.catalog.declare import column, many, model_type, one


@model_type(models.Meeting, "A meeting of a committee (会议).")
class Meeting:
    """At least one a month."""

    committee = one("Committee", "The committee that meets.")
    division_code = column("The 12-digit code of the community.")
    state = column("The state of the meeting.")
    scheduled_at = column("When it is, or was, to begin.")
    announced_at = column("When it was announced.")
    held_at = column("When the meeting began.")
    is_urgent = column("Whether it was called at short notice.")
    place = column("Where it is held.")
    chair = one("Member", "Who is in the chair.")
    minutes = column("The minutes of the meeting.")
    minutes_signed_at = column("When the minutes were signed.")
    minutes_published_at = column("When the minutes were published.")
    agenda_items = many(
        "AgendaItem", "The agenda, in order.", on=lambda meeting, item: item.meeting == meeting.id, order="position"
    )
    attendance = many(
        "Attendance",
        "Which members came and which did not.",
        on=lambda meeting, attendance: attendance.meeting == meeting.id,
    )


@model_type(models.AgendaItem, "A matter on a meeting's agenda (议题).")
class AgendaItem:
    """Proposed by a member, often about an issue."""

    meeting = one("Meeting", "The meeting at which it is discussed.")
    position = column("Its place on the agenda.")
    title = column("What it is about.")
    issue = one("Issue", "The issue that it is about, if it is about one.")
    proposed_by = one("Member", "The member who proposed the item.")
    needs_hearing = column("Whether a hearing (听证) comes before its resolution.")
    hearing_held_on = column("The day the hearing was held; null before that.")
    hearing_record = column("What was said at the hearing.")
    votes = many("Vote", "How the members voted on it.", on=lambda item, vote: vote.agenda_item == item.id)
    resolution = one(
        "Resolution",
        "What the meeting decided; null before that.",
        on=lambda item, resolution: resolution.agenda_item == item.id,
    )


@model_type(models.MeetingDemand, "A member's demand for a meeting (提议开会).")
class MeetingDemand:
    """Half of the members may have one."""

    committee = one("Committee", "The committee that is to meet.")
    member = one("Member", "The member who demands the meeting.")
    reason = column("Why the member demands a meeting.")
    demanded_at = column("When it was demanded.")
    meeting = one("Meeting", "The meeting that was called; null until then.")


@model_type(models.Attendance, "Whether one member came to one meeting (出席).")
class Attendance:
    """One a member and meeting."""

    meeting = one("Meeting", "The meeting that the record belongs to.")
    member = one("Member", "The member who came or did not.")
    status = column("Whether the member came.")


@model_type(models.Vote, "One member's vote on one agenda item (表决).")
class Vote:
    """One a member and item."""

    agenda_item = one("AgendaItem", "The agenda item that was voted on.")
    member = one("Member", "The member who voted.")
    choice = column("How the member voted.")
    interest = column("The interest that the member declared.")


@model_type(models.Resolution, "What a meeting decided on an agenda item (决议).")
class Resolution:
    """Carried, lost or deferred."""

    agenda_item = one("AgendaItem", "The agenda item that was decided.")
    outcome = column("The outcome of the vote.")
    text = column("The wording of the resolution.")
    for_count = column("How many members voted in favour.")
    against_count = column("How many members voted against it.")
    abstain_count = column("How many members abstained from the vote.")
    adopted_at = column("When it was decided.")


MEETING_TYPES = (Meeting, AgendaItem, MeetingDemand, Attendance, Vote, Resolution)
