"""Harvests of garden plots, and what of them was shared (收成)."""

from db.harvests.models import Harvest
from db.kernel.context import DomainContext

CONTEXT = DomainContext((Harvest,))
