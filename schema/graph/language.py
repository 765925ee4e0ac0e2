"""Words in the language that the request asks for, chosen by the statement: one plan serves both languages."""

from peewee import SQL, Case, ColumnBase, Node

from db.access.step_names import STEP_NAMES
from db.kernel.enumeration import DomainEnum
from schema.engine.bindings import LANGUAGE
from schema.engine.dialects import constant


def in_language(english: Node | str, chinese: Node | str) -> ColumnBase:
    """Build the expression of a text that is said in English or Chinese. Either may be an expression itself."""
    return Case(None, [(SQL("'zh'") == LANGUAGE, _sql(chinese))], _sql(english))


def name_of(value: ColumnBase, enum: type[DomainEnum]) -> ColumnBase:
    """Build the expression of a name of an enumeration, in words."""
    english = Case(value, [(member.value, member.english) for member in enum])
    chinese = Case(value, [(member.value, member.chinese) for member in enum])
    return in_language(english, chinese)


def step_name(mutation: ColumnBase) -> ColumnBase:
    """Build the expression of what people call the step that a mutation takes."""
    english = Case(mutation, [(name, english) for name, (english, _) in STEP_NAMES.items()])
    chinese = Case(mutation, [(name, chinese) for name, (_, chinese) in STEP_NAMES.items()])
    return in_language(english, chinese)


def _sql(text: Node | str) -> Node:
    return SQL(constant(text)) if isinstance(text, str) else text
