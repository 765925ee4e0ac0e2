"""The GraphQL classes while they are built: by name first and fields second, so that types may name each other.

Knows Strawberry and no catalog.
"""

from collections.abc import Iterable
from enum import Enum
from functools import cache
from typing import Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.enum import EnumValueDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from db.kernel.enumeration import DomainEnum
from db.kernel.errors import ErrorCode
from schema.catalog.fields import Kind, Scalar
from schema.scalars import Date, DateTime, Decimal, SyncCursor

# The GraphQL scalar of each kind, in answers and in the inputs of mutations.
SCALAR_TYPES: dict[Kind, Any] = {
    Kind.ID: strawberry.ID,
    Kind.CODE: str,
    Kind.LINE: str,
    Kind.PROSE: str,
    Kind.INT: int,
    Kind.BOOLEAN: bool,
    Kind.DECIMAL: Decimal,
    Kind.DATETIME: DateTime,
    Kind.DATE: Date,
    Kind.NAMES: str,
    Kind.SYNC_CURSOR: SyncCursor,
}
# Enumerations that clients know by another name.
_ENUM_NAMES: dict[type[DomainEnum], str] = {ErrorCode: "UserErrorCode"}


class _Field(StrawberryField):
    """A field that finds its type once, for its annotation names no class that comes later; Strawberry asks often."""

    _found: Any = None

    def resolve_type(self, *, type_definition: Any = None) -> Any:
        """Return the type, as Strawberry resolves it."""
        if self._found is None:
            self._found = super().resolve_type(type_definition=type_definition)
        return self._found


class TypeRegistry:
    """Classes, fields and enumerations by GraphQL name."""

    def __init__(self) -> None:
        self.classes: dict[str, type] = {}
        self.unions: dict[str, Any] = {}
        self._fields: dict[str, list[StrawberryField]] = {}
        self._meanings: dict[str, tuple[str, str]] = {}
        self._enums: dict[str, type[Enum]] = {}

    def add_class(self, name: str, description: str, kind: str, base: type | None = None) -> type:
        """Add a class. kind: `type`, `input` or `interface`."""
        cls = type(name, (base,) if base else (), {"__doc__": description})
        self.classes[name] = cls
        self._fields[name] = []
        self._meanings[name] = (kind, description)
        return cls

    def add_field(
        self,
        owner: str,
        name: str,
        annotation: Any,
        description: str,
        arguments: Iterable[StrawberryArgument] = (),
        default: Any = UNSET,
    ) -> None:
        """Add a field to a class."""
        field = _Field(
            python_name=f"{name}_",
            graphql_name=name,
            type_annotation=annotated(annotation),
            description=description,
            default=default if self._meanings[owner][0] == "input" else None,
        )
        field.arguments = list(arguments)
        self._fields[owner].append(field)

    def enum(self, name: str, description: str, values: dict[str, str]) -> type[Enum]:
        """Return the enumeration of that name, made of the descriptions of its values when it is not there yet."""
        if name not in self._enums:
            members = {value: EnumValueDefinition(value, description=meaning) for value, meaning in values.items()}
            made: type[Enum] = Enum(name, members)  # pyright: ignore[reportAssignmentType]
            self._enums[name] = strawberry.enum(made, name=name, description=description)
        return self._enums[name]

    def domain_enum(self, enum: type[DomainEnum]) -> type[Enum]:
        """Return the GraphQL enumeration of one of the domain."""
        meaning = (enum.__doc__ or "").strip()
        name = _ENUM_NAMES.get(enum, enum.__name__)
        return self.enum(name, meaning, {member.value: member.description for member in enum})

    def scalar_type(self, scalar: Scalar) -> Any:
        """Return the type of a scalar in answers."""
        named = self.domain_enum(scalar.enum) if scalar.enum else SCALAR_TYPES[scalar.kind]
        return list[named] if scalar.kind is Kind.NAMES else named

    def finish(self) -> dict[str, type]:
        """Register every class with Strawberry, now that all of them exist."""
        decorators = {"type": strawberry.type, "input": strawberry.input, "interface": strawberry.interface}
        for name, cls in self.classes.items():
            kind, description = self._meanings[name]
            cls.__annotations__ = {field.python_name: field.type_annotation for field in self._fields[name]}
            for field in self._fields[name]:
                setattr(cls, field.python_name, field)
            decorators[kind](cls, name=name, description=description)
        return self.classes


@cache
def annotated(annotation: Any) -> StrawberryAnnotation:
    """Return the annotation of a type, the same one each time, so that Strawberry resolves it once."""
    return StrawberryAnnotation(annotation, namespace=globals())


def argument(name: str, annotation: Any, description: str, default: object = UNSET) -> StrawberryArgument:
    """Build an argument of a field."""
    return StrawberryArgument(
        python_name=f"{name}_",
        graphql_name=name,
        type_annotation=annotated(annotation),
        description=description,
        default=default,
    )


def nullable(annotation: Any, is_nullable: bool) -> Any:
    """Return a type that may be null, or not."""
    return Optional[annotation] if is_nullable else annotation
