"""Bounds of mutations' inputs: each text and number has its own, and the description says them."""

from collections.abc import Iterator, Mapping

from db.access.inputs import Input, flattened
from db.access.subjects import Command
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject
from schema.graph import CATALOG

BOUNDED = (Kind.LINE, Kind.PROSE, Kind.INT, Kind.DECIMAL)
# Checked by what they name, by a form of their own, together with another input, or by the bounds of the setting that
# they are for.
OTHERWISE = {"norm_code", "uri", "sha256", "open_from", "open_to", "value"}


def arguments(given: tuple[Argument, ...], declared: Mapping[str, Input]) -> Iterator[tuple[Argument, Input]]:
    """List arguments with what their command declares of them, those of structures too."""
    for argument in given:
        one = declared.get(argument.name, Input())
        yield argument, one
        if isinstance(argument.kind, InputObject):
            yield from arguments(argument.kind.arguments, one.fields)


def all_arguments() -> Iterator[tuple[Argument, Input]]:
    for mutation in CATALOG.mutations.values():
        if isinstance(mutation.command, Command):
            yield from arguments(mutation.arguments, flattened(mutation.command.inputs))


def test_each_command_declares_its_inputs() -> None:
    plain = [name for name, one in CATALOG.mutations.items() if not isinstance(one.command, Command) and not one.single]

    assert plain == []


def test_each_text_and_number_has_bounds() -> None:
    without = {argument.name for argument, one in all_arguments() if argument.kind in BOUNDED and not one.bounds}

    assert without <= OTHERWISE


def test_descriptions_say_the_bounds() -> None:
    found = [(argument.description, clause) for argument, one in all_arguments() for clause in one.clauses]

    assert len(found) > 50
    assert [description for description, clause in found if clause not in description] == []
