"""Bounds of mutations' inputs: each text and number has its own, and the description says them."""

from collections.abc import Iterator, Mapping

import pytest

from db.access.inputs import Input, flattened
from db.access.subjects import Command
from db.kernel.errors import DomainError, ErrorCode
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject
from schema.graph import CATALOG
from schema.ids import read_id

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


def test_each_id_is_refused_unless_it_is_of_its_types() -> None:
    seen = {argument.of for argument, _ in all_arguments() if argument.kind is Kind.ID and not argument.is_raw}
    keys = {one.of for each in CATALOG.mutations.values() for one in each.inputs if one.kind is Kind.ID}
    for types in seen | keys:
        for text, start in (
            ("123", "123 is no id; an id looks like "),
            ("Nothing_1", "Nothing_1 is the id of a Nothing; send that of "),
            ("", "This text is no id"), ("x" * 61, "This text is no id"), ("A\n_1", "This text is no id"),
            (f"{types[0]}_01", f"{types[0]}_01 is no id; an id looks like {types[0]}_12."), ("_1", "_1 is no id"),
        ):  # fmt: skip
            with pytest.raises(DomainError) as refused:
                read_id(text, types, ("rows", "0", "issueId"))
            assert (refused.value.code, refused.value.field) == (ErrorCode.NOT_FOUND, ("rows", "0", "issueId"))
            assert refused.value.message.startswith(start)
            assert refused.value.chinese != refused.value.message
        assert read_id(f"{types[-1]}_7", types, ()) == (types[-1], 7)
    assert ("Issue",) in keys
