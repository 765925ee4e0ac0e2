"""Matches of needs and resources, which staff suggest and owners answer (对接)."""

from db.kernel.context import DomainContext
from db.matches.clock import RULES
from db.matches.models import Match

CONTEXT = DomainContext((Match,), clock=RULES)
