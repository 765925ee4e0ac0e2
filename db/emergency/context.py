"""What incidents bring to the city besides their own table, which issues and deployments refer to."""

from db.emergency.clock import RULES
from db.incidents.models import IncidentSerial, SituationReport
from db.kernel.context import DomainContext

CONTEXT = DomainContext((SituationReport, IncidentSerial), clock=RULES)
