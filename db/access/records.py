"""Plain records: rows without a life of their own, which are created, changed and ended by one declaration.

`Record(...)` gives the three commands. What sets a record apart are its hooks: who may do so, and which rules hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from db.access.commands import Call, CommandResult
from db.access.inputs import Input
from db.access.models.account import Role
from db.access.officers import community_of
from db.access.subjects import Command, Subject, stale_row
from db.kernel.bounds import Bound
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import insert

RowT = TypeVar("RowT", bound=Any)


@dataclass(frozen=True, slots=True)
class Record(Generic[RowT]):
    """How the rows of one table are created, changed and ended. The table has the columns `id` and `version`.

    noun: what a row is called in messages, in English and Chinese. who: returns whether the actor may keep a row; it is
    asked of the row as it was before a change, and as it is after it. who_text: who that is, in both languages. rules:
    each fills in what follows from the other values of a row, or raises what stands against it. ended: the values that
    a row has once it is ended. bounds: of its values, by column. after: what follows from a row that was kept.
    """

    model: type[RowT]
    noun: tuple[str, str]
    who: Callable[[Call, RowT], bool]
    who_text: tuple[str, str]
    rules: tuple[Callable[[Call, RowT], None], ...]
    ended: Mapping[str, Any]
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    after: Callable[[RowT], None] = lambda row: None

    @property
    def create(self) -> Command:
        """The command that creates a row. It refuses with NOT_PERMITTED, a bound, and what the rules raise."""
        return Command(self._create, None, None, inputs=self._inputs)

    @property
    def change(self) -> Command:
        """The command that changes those values of a row that are given; None empties one."""
        return Command(self._change, self._subject, None, inputs=self._inputs)

    @property
    def end(self) -> Command:
        """The command that ends a row, which nobody changes afterwards. Its inputs are kept with the end."""
        return Command(self._end, self._subject, None, inputs=self._inputs)

    @property
    def shown_as(self) -> str:
        """The name of a row in a payload, such as `servicePoint`."""
        name = self.model.__name__
        return name[0].lower() + name[1:]

    @property
    def _inputs(self) -> dict[str, Input]:
        return {name: Input((bound,)) for name, bound in self.bounds.items()}

    @property
    def _subject(self) -> Subject:
        """The row that is changed or ended, named by an input such as `service_point_id`."""
        english, chinese = self.noun
        return Subject(
            model=self.model,
            keys={f"{self.model._meta.table_name}_id": "id"},
            missing=(f"There is no such {english}.", f"没有该{chinese}。"),
            stale=stale_row,
            stand=self._stand,
        )

    def _stand(self, call: Call, row: RowT, action: None) -> None:
        self._require(call, row)
        if all(getattr(row, name) == value for name, value in self.ended.items()):
            english, chinese = self.noun
            raise DomainError(
                ErrorCode.ILLEGAL_TRANSITION,
                f"The {english} has ended and cannot be changed any more.",
                chinese=f"该{chinese}已终止，不能再变更。",
            )

    def _create(self, call: Call, **values: Any) -> CommandResult:
        row = self.model(version=1, **values)
        self._require(call, row)
        self._apply_rules(call, row)
        insert(row)
        return self._done(row)

    def _change(self, call: Call, row: RowT, standing: None, **values: Any) -> CommandResult:
        _set(row, values)
        self._apply_rules(call, row)
        self._require(call, row)
        return self._keep(row)

    def _end(self, call: Call, row: RowT, standing: None, **values: Any) -> CommandResult:
        _set(row, {**self.ended, **values})
        return self._keep(row)

    def _apply_rules(self, call: Call, row: RowT) -> None:
        for rule in self.rules:
            rule(call, row)

    def _require(self, call: Call, row: RowT) -> None:
        if not self.who(call, row):
            english, chinese = self.who_text
            raise DomainError(ErrorCode.NOT_PERMITTED, f"This needs {english}.", chinese=f"此事由{chinese}办理。")

    def _keep(self, row: RowT) -> CommandResult:
        row.version += 1
        row.change(**{field.name: row.__data__[field.name] for field in row.dirty_fields})
        return self._done(row)

    def _done(self, row: RowT) -> CommandResult:
        self.after(row)
        return CommandResult({self.shown_as: row.id})


def holds_over(call: Call, row: Any, *roles: Role) -> bool:
    """Return whether the actor holds one of these roles over the division of a row."""
    return call.actor.holds(*roles, over=row.division_code) is not None


def speaks_for(call: Call, row: Any) -> bool:
    """Return whether the actor is the contact of the organization of a row, in the division of the row."""
    return row.organization_id is not None and any(
        held.role is Role.UNIT_CONTACT
        and held.organization_id == row.organization_id
        and held.part.covers(row.division_code)
        for held in call.actor.held
    )


def lies_in_a_community(call: Call, row: Any) -> None:
    """Fill in the division of a row from its code.

    Raises:
        DomainError: NOT_FOUND, no community has that code.
    """
    row.division = community_of(row.division_code)


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
