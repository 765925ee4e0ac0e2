"""Mutations: the input and payload types of each, made of its declaration."""

from collections.abc import Iterable, Mapping
from typing import Any, Optional

from schema.build.registry import SCALAR_TYPES, TypeRegistry, argument, nullable
from schema.catalog.fields import Kind
from schema.catalog.mutations import COMMON_ARGUMENTS, VERSION_ARGUMENT, Argument, InputObject, Mutation


class MutationTypes:
    """Makes the root of all changes and its types. Needs the output types to be there."""

    def __init__(self, types: TypeRegistry) -> None:
        self.types = types

    def declare(self, mutations: Iterable[Mutation]) -> None:
        """Declare all mutations, in their order."""
        for mutation in mutations:
            self._mutation(mutation)

    def _mutation(self, mutation: Mutation) -> None:
        if "Mutation" not in self.types.classes:
            self.types.add_class("Mutation", "The root of all mutations; an operation runs them in order.", "type")
        input_, payload = f"{mutation.title}Input", f"{mutation.title}Payload"
        self.types.add_class(input_, f"The input of `{mutation.name}`.", "input")
        version = (VERSION_ARGUMENT,) if mutation.has_version else ()
        self._inputs(input_, (*mutation.inputs, *version, *COMMON_ARGUMENTS))
        self.types.add_class(payload, f"The payload of `{mutation.name}`.", "type")
        for name, shown in mutation.shows.items():
            if isinstance(shown, str):
                self._add_shown(payload, name, shown)
            else:
                meaning = "The result of each row, in the order of the input; empty when all were refused together."
                self.types.add_field(payload, name, list[self._result(mutation, shown)], meaning)
        for name, told in mutation.tells.items():
            if isinstance(told, str):
                self.types.add_field(payload, name, Optional[str], told)
            else:
                cls = self.types.add_class(told.of.name, told.of.description, "type")
                self._inputs(told.of.name, told.of.arguments)
                self.types.add_field(payload, name, Optional[list[cls]], told.description)
        self.types.add_field(
            payload, "isReplayed", bool, "Whether the result is that of an earlier request with this idempotency key."
        )
        error = self.types.classes["UserError"]
        self.types.add_field(
            payload, "userErrors", list[error], "Why the mutation was refused; empty when it succeeded."
        )
        self.types.add_field(payload, "clientMutationId", Optional[str], "The `clientMutationId` of the input.")
        given = argument("input", self.types.classes[input_], f"The input of `{mutation.name}`.")
        self.types.add_field("Mutation", mutation.name, self.types.classes[payload], mutation.description, [given])

    def _result(self, mutation: Mutation, shows: Mapping[str, str]) -> type:
        name = f"{mutation.title}Result"
        cls = self.types.add_class(name, f"The result of `{mutation.name}` for one row.", "type")
        self.types.add_field(name, "index", int, "The index of the row in the input, from 0.")
        for shown, type_name in shows.items():
            self._add_shown(name, shown, type_name)
        error = self.types.classes["UserError"]
        self.types.add_field(name, "userErrors", list[error], "Why the mutation was refused; empty when it succeeded.")
        return cls

    def _add_shown(self, owner: str, name: str, type_name: str) -> None:
        meaning = f"The `{name}` after the mutation; null when the mutation was refused."
        self.types.add_field(owner, name, Optional[self.types.classes[type_name]], meaning)

    def _inputs(self, owner: str, arguments: Iterable[Argument]) -> None:
        for declared in arguments:
            annotation = self._input_type(declared)
            if declared.is_list:
                annotation = list[annotation]
            name = declared.graphql_name
            self.types.add_field(owner, name, nullable(annotation, not declared.required), declared.description)

    def _input_type(self, declared: Argument) -> Any:
        kind = declared.kind
        if isinstance(kind, InputObject):
            if kind.name not in self.types.classes:
                self.types.add_class(kind.name, kind.description, "input")
                self._inputs(kind.name, kind.arguments)
            return self.types.classes[kind.name]
        return SCALAR_TYPES[kind] if isinstance(kind, Kind) else self.types.domain_enum(kind)
