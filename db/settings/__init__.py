"""Settings: the numbers that rules use, which the city and its districts may change (参数)."""

from db.kernel.context import DomainContext
from db.settings.models import Setting

CONTEXT = DomainContext((Setting,))
