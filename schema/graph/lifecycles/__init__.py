"""What may be done next with each noun that has a life: by its table of transitions, its state and the viewer."""

from schema.catalog.declare import derived
from schema.catalog.registry import Context
from schema.graph.lifecycles.transitions import (
    MAX_TRANSITIONS,
    AvailableTransition,
    InputAlternative,
    UserError,
    transitions,
)

CONTEXT = Context(
    types=(UserError, AvailableTransition, InputAlternative),
    additions={
        "Issue": {
            "available_transitions": derived(
                "AvailableTransition",
                "The mutations that the issue's state allows, and whether the viewer may perform them now.",
                query=transitions,
                bound=MAX_TRANSITIONS,
            ),
        },
    },
)
