"""The contexts that bring their tables and their rows of the demo city themselves, in their order."""

from db import (
    activities,
    attachments,
    bookings,
    forum,
    harvests,
    health,
    linkage,
    matches,
    publications,
    registrations,
    service_points,
    shifts,
)
from db.assessment.context import CONTEXT as ASSESSMENT
from db.emergency.context import CONTEXT as EMERGENCY
from db.figures.context import CONTEXT as FIGURES
from db.files.context import CONTEXT as FILES
from db.funds.context import CONTEXT as FUNDS
from db.gates.context import CONTEXT as GATES
from db.messages.context import CONTEXT as MESSAGES
from db.monitoring.context import CONTEXT as MONITORING
from db.services.context import CONTEXT as SERVICES
from db.settings.context import CONTEXT as SETTINGS
from db.stocks.context import CONTEXT as STOCKS
from db.teams.context import CONTEXT as TEAMS

CONTEXTS = (
    SETTINGS,
    FILES,
    attachments.CONTEXT,
    TEAMS,
    bookings.CONTEXT,
    matches.CONTEXT,
    forum.CONTEXT,
    MESSAGES,
    registrations.CONTEXT,
    shifts.CONTEXT,
    activities.CONTEXT,
    FUNDS,
    STOCKS,
    harvests.CONTEXT,
    linkage.CONTEXT,
    EMERGENCY,
    MONITORING,
    health.CONTEXT,
    publications.CONTEXT,
    SERVICES,
    GATES,
    ASSESSMENT,
    service_points.CONTEXT,
    FIGURES,
)
