"""The rules of who sees what, of all contexts."""

from db.access.visibility import RULES as ACCESS
from db.assessment.visibility import RULES as ASSESSMENT
from db.attachments.subjects import RULES as ATTACHMENTS
from db.bookings.visibility import RULES as BOOKINGS
from db.committees.visibility import RULES as COMMITTEES
from db.files.visibility import RULES as FILES
from db.forum.visibility import RULES as FORUM
from db.funds.visibility import RULES as FUNDS
from db.gates.visibility import RULES as GATES
from db.incidents.visibility import RULES as INCIDENTS
from db.issues.visibility import RULES as ISSUES
from db.matches.visibility import RULES as MATCHES
from db.messages.visibility import RULES as MESSAGES
from db.monitoring.visibility import RULES as MONITORING
from db.publications.visibility import RULES as PUBLICATIONS
from db.registrations.visibility import RULES as REGISTRATIONS
from db.services.visibility import RULES as SERVICES

RULES = (
    *ATTACHMENTS,
    *ACCESS,
    *BOOKINGS,
    *COMMITTEES,
    *FILES,
    *FORUM,
    *FUNDS,
    *INCIDENTS,
    *ISSUES,
    *MATCHES,
    *MESSAGES,
    *MONITORING,
    *REGISTRATIONS,
    *PUBLICATIONS,
    *SERVICES,
    *GATES,
    *ASSESSMENT,
)
