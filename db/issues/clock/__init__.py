"""What the clock does by itself for issues: the automatic rules of the lifecycle (rules 7.4).

Each rule finds what its time has come for and does it, an issue at a time, in a transaction that looks again under the
issue's lock. So a tick may run as often as one likes, and two may run at once: what is done is done once.
"""

from functools import partial

from db.access.clock import ClockRule
from db.issues.clock.contacts import forget_contacts
from db.issues.clock.hints import suggest_proposals
from db.issues.clock.steps import STEPS, run

RULES: tuple[ClockRule, ...] = (*(partial(run, step) for step in STEPS), suggest_proposals, forget_contacts)
