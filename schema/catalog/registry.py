"""The whole graph: what each context declares of it, put together once and handed to the builder and the engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from db.access.models.access import TokenScope
from db.kernel.enumeration import DomainEnum
from schema.catalog.fields import CatalogField, CatalogType, Expression, OneOf
from schema.catalog.mutations import Mutation

ROOT = "Query"


DeclaredT = TypeVar("DeclaredT")


@dataclass(frozen=True, slots=True)
class Context:
    """What one subject adds to the graph.

    types: its nouns. unions: name to description; the members follow from the fields that are one of it. roots: fields
    of the root. additions: fields of other contexts' types, by type, such as the lists that lead to its nouns.
    mutations: by the scope that a token needs for them.
    """

    types: tuple[CatalogType, ...] = ()
    unions: Mapping[str, str] = field(default_factory=dict)
    roots: Mapping[str, CatalogField] = field(default_factory=dict)
    additions: Mapping[str, Mapping[str, CatalogField]] = field(default_factory=dict)
    mutations: Mapping[TokenScope, tuple[Mutation, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The tree along which rows are grouped.

    key: the field by which a row names its place. type: the type of a place, found by `code` and `level`. levels: those
    that rows are grouped by, root first. at_level: the SQL expression of the key of the place above, at a level.
    """

    key: str
    type: str
    levels: tuple[DomainEnum, ...]
    at_level: Expression


class Catalog:
    """All types by name, the root's fields among them, and what unions mean."""

    def __init__(self, contexts: Iterable[Context], hierarchy: Hierarchy | None = None) -> None:
        """Combine the contexts.

        Raises:
            ValueError: a type, a union or a field is declared twice, or a field is added to no type.
        """
        self.hierarchy = hierarchy
        self.types: dict[str, CatalogType] = {}
        self.unions: dict[str, str] = {}
        self.mutations: dict[str, Mutation] = {}
        self.scopes: dict[str, TokenScope] = {}
        listed = tuple(contexts)
        roots: dict[str, CatalogField] = {}
        for context in listed:
            self._merge(self.types, {declared.name: declared for declared in context.types})
            self._merge(self.unions, context.unions)
            self._merge(roots, context.roots)
            for scope, mutations in context.mutations.items():
                self._merge(self.mutations, {mutation.name: mutation for mutation in mutations})
                self.scopes |= {mutation.name: scope for mutation in mutations}
        self.types[ROOT] = CatalogType(ROOT, "The root of all queries.", _named(roots))
        for context in listed:
            for type_name, fields in context.additions.items():
                self._extend(type_name, fields)

    @property
    def root(self) -> CatalogType:
        """The type of the root of all reads."""
        return self.types[ROOT]

    def nodes(self) -> list[CatalogType]:
        """List the types that have rows and ids, by name."""
        return sorted((t for t in self.types.values() if t.has_id), key=lambda t: t.name)

    def union_members(self, union: str) -> list[str]:
        """List the types that a union can be."""
        members: dict[str, None] = {}
        for declared in self.types.values():
            for one_of in declared.relations(OneOf):
                if one_of.union == union:
                    members.update({name: None for name, _ in one_of.branches})
        return list(members)

    def _extend(self, type_name: str, fields: Mapping[str, CatalogField]) -> None:
        if type_name not in self.types:
            raise ValueError(f"there is no type {type_name} to add {', '.join(fields)} to")
        declared = self.types[type_name]
        joined = dict(declared.fields)
        self._merge(joined, _named(fields))
        self.types[type_name] = replace(declared, fields=joined)

    @staticmethod
    def _merge(into: dict[str, DeclaredT], more: Mapping[str, DeclaredT]) -> None:
        if twice := into.keys() & more.keys():
            raise ValueError(f"{', '.join(sorted(twice))} is declared twice")
        into.update(more)


def _named(fields: Mapping[str, CatalogField]) -> dict[str, CatalogField]:
    return {name: replace(item, name=name) for name, item in fields.items()}
