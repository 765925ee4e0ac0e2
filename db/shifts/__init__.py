"""Shifts: who is on duty when and where, for checkpoints, testing, publicity, patrols and joint duty (值守班次)."""

from db.kernel.context import DomainContext
from db.shifts.clock import RULES
from db.shifts.models.shift import Shift, ShiftAssignment

CONTEXT = DomainContext((Shift, ShiftAssignment), clock=RULES)
