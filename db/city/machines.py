"""The lifecycle machines by their table, and with them what has a life of its own."""

from typing import Any

from db.city import models
from db.committees.lifecycle import COMMITTEE
from db.deliberation.lifecycle import MEETING
from db.issues.lifecycle import ISSUE
from db.issues.lifecycles import CLAIM, NEED, PROJECT, REQUEST
from db.kernel.lifecycle import Machine

MACHINES: dict[Any, Machine[Any, Any, Any, Any]] = {
    models.Issue: ISSUE,
    models.Claim: CLAIM,
    models.Need: NEED,
    models.Project: PROJECT,
    models.IssueRequest: REQUEST,
    models.Meeting: MEETING,
    models.Committee: COMMITTEE,
}
# Those whose steps are in the journal; an issue's are in its ledger.
JOURNALED = {model: machine for model, machine in MACHINES.items() if machine is not ISSUE}
