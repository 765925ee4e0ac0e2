"""A model of the small city's life: everybody does anything, in any order, and the invariants hold after each step.

I1 to I9 are in `model/invariants.py`, which also says why I11 and I12 have no more of their own; I10 is in
`model/life.py`. Most steps are guesses at what is right, told from the transition table and `capacities.py`; the
others take any command, actor and inputs. What a rule refuses leaves every row of every table as it was.

`make model` runs it at length, from a seed of its own that it prints: MODEL_EXAMPLES lives of MODEL_STEPS steps.
"""

import os
from random import Random

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from peewee import DatabaseProxy

from db.issues.lifecycle import LedgerAction
from schema.graph import CATALOG
from schema.request.execute import Executor
from tests.issues.model.city import build
from tests.issues.model.life import SELDOM, Life, Seen
from tests.issues.model.rows import read

# In so many lives nearly everything happens.
ENOUGH = 24
EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", ENOUGH))
STEPS_EACH = int(os.environ.get("MODEL_STEPS", "100"))
SEED = os.environ.get("MODEL_SEED")


def test_invariants_hold_whatever_anybody_does(scratch: DatabaseProxy, engine: str) -> None:
    city, seen = build(), Seen()
    start, executor = read(), Executor()
    seed = int(SEED) if SEED else Random().randrange(2**32)
    is_long = SEED is not None or "MODEL_EXAMPLES" in os.environ
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        database=None,
        print_blob=True,
        derandomize=not is_long,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        phases=(Phase.generate, Phase.shrink),
    )

    class Here(Life):
        def __init__(self) -> None:
            super().__init__(city, start, seen, executor)

    if is_long:
        print(f"\nMODEL_SEED={seed}")  # noqa: T201
        hypothesis.seed(seed)(Here)
    run_state_machine_as_test(Here, settings=chosen)

    _tell(engine, seen)
    if EXAMPLES >= ENOUGH:
        _much_happened(seen)


# A message, which is linked, seldom comes.
_OUT_OF_REACH = {LedgerAction.LINK.value}


def _much_happened(seen: Seen) -> None:
    assert seen.levels == {"COMMUNITY", "SUBDISTRICT", "DISTRICT", "CITY"}
    # What happens is chance; that one thing or another does not is no fault, but that little happens is.
    unseen = {action.value for action in LedgerAction} - _OUT_OF_REACH - {action for action, _, _ in seen.moves}
    assert len(unseen) <= 5, unseen
    often = set(CATALOG.mutations) - SELDOM
    undone = often - set(seen.done)
    assert len(undone) <= len(often) * 3 // 10, undone


def _tell(engine: str, seen: Seen) -> None:
    print(f"\n{engine}: {seen.done.total()} done, {seen.refused.total()} refused")  # noqa: T201
    for told in (seen.done, seen.moves, seen.refused):
        print(*(f"{count} {what}" for what, count in told.most_common(150)), sep="\n")  # noqa: T201
