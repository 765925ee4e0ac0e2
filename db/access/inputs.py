"""The inputs of a command, read from the parameters of its rule: how they are checked and put together.

A parameter's type holds its bounds (`db.kernel.bounds`). A dataclass makes an object of a structure, such as a piece of
evidence; one that derives from `Inputs` gathers inputs of the command that belong together.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from db.kernel.bounds import Bound, Path
from db.kernel.refusals import camel


class Inputs:
    """The base of a dataclass that gathers inputs of a command: each of its fields is an input of the command."""

    __slots__ = ()

    def values(self) -> dict[str, Any]:
        """Return the inputs by their names."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True)
class Input:
    """One input of a command, or a field of a structure.

    bounds: of the value, or of each item of a list. items: bounds of the list itself. structure: the dataclass that
    is made of a mapping. fields: the inputs that it takes, by name.
    """

    bounds: tuple[Bound, ...] = ()
    is_list: bool = False
    items: tuple[Bound, ...] = ()
    structure: type | None = None
    fields: Mapping[str, "Input"] = field(default_factory=dict)

    @cached_property
    def is_free(self) -> bool:
        """Whether any value is taken as it is."""
        return not (self.bounds or self.is_list or self.structure)

    @cached_property
    def is_plain(self) -> bool:
        """Whether any value of each of its fields is taken as it is."""
        return all(field.is_free for field in self.fields.values())

    @property
    def is_group(self) -> bool:
        """Whether it gathers inputs of the command instead of being one itself."""
        return self.structure is not None and issubclass(self.structure, Inputs)

    @property
    def clauses(self) -> list[str]:
        """List what a description says of its bounds."""
        each = " each" if self.is_list else ""
        return [bound.clause for bound in self.items] + [f"{bound.clause}{each}" for bound in self.bounds]

    def read(self, value: Any, path: Path, at: datetime) -> Any:
        """Check a value and return what the rule gets. at: the time of the call.

        Raises:
            DomainError: INVALID_INPUT, it is out of its bounds.
        """
        if value is None:
            return None
        if not self.is_list:
            return self._read_one(value, path, at)
        for bound in self.items:
            bound.check(value, path, at)
        # A plain value has no fields of its own, so its refusal names the list.
        paths = [(*path, str(index)) if self.structure else path for index in range(len(value))]
        return [self._read_one(item, path, at) for item, path in zip(value, paths, strict=True)]

    def _read_one(self, value: Any, path: Path, at: datetime) -> Any:
        for bound in self.bounds:
            value = bound.check(value, path, at)
        if self.structure is not None and isinstance(value, Mapping):
            return self.structure(**(value if self.is_plain else read_inputs(self.fields, value, path, at)))
        return value


def read_inputs(declared: Mapping[str, Input], given: Mapping[str, Any], path: Path, at: datetime) -> dict[str, Any]:
    """Check the given inputs and return what a rule or a dataclass takes; what was left out is left out.

    Raises:
        DomainError: INVALID_INPUT, one is out of its bounds.
    """
    left, read = dict(given), {}
    for name, one in declared.items():
        if one.structure is not None and one.is_group:
            own = {field: left.pop(field) for field in one.fields if field in left}
            read[name] = one.structure(**read_inputs(one.fields, own, path, at))
        elif name in left:
            value = left.pop(name)
            read[name] = value if one.is_free else one.read(value, (*path, camel(name)), at)
    return read | left


def inputs_of(rule: Callable[..., Any]) -> dict[str, Input]:
    """Return the inputs that a rule takes, by the names of its keyword-only parameters."""
    hints = get_type_hints(rule, include_extras=True)
    parameters = inspect.signature(rule).parameters.values()
    return {one.name: _input(hints[one.name]) for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}


def flattened(declared: Mapping[str, Input]) -> dict[str, Input]:
    """Return inputs as a caller names them: those that are gathered one by one."""
    flat: dict[str, Input] = {}
    for name, one in declared.items():
        flat |= one.fields if one.is_group else {name: one}
    return flat


def _input(hint: Any) -> Input:
    """Return the input that a type describes: `Sequence[Annotated[str, Length(1, 200)]] | None`, for example."""
    if get_origin(hint) is Annotated:
        inner, *bounds = get_args(hint)
        one = _input(inner)
        found = tuple(bound for bound in bounds if hasattr(bound, "clause"))
        if one.is_list:
            return Input(one.bounds, True, found, one.structure, one.fields)
        return Input(found, False, (), one.structure, one.fields)
    if get_origin(hint) is Sequence:
        item = _input(get_args(hint)[0])
        return Input(item.bounds, True, (), item.structure, item.fields)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        return Input(structure=hint, fields={one.name: _input(hints[one.name]) for one in fields(hint)})
    others = [other for other in get_args(hint) if other is not type(None)]
    return _input(others[0]) if len(others) == 1 and type(None) in get_args(hint) else Input()
