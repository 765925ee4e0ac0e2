"""Bulk forms: mutations that take many rows at once and answer row by row."""

from schema.catalog.mutations import bulk
from schema.graph.issues.mutations import handling, intake

_SINGLE = {mutation.name: mutation for mutation in (*intake.MUTATIONS, *handling.MUTATIONS)}

INTAKE = (bulk("submitIssues", "Submit many issues to their communities at once (批量提交).", _SINGLE["submitIssue"]),)
HANDLING = (
    bulk("assignIssues", "Assign many issues to their handlers at once (批量交办).", _SINGLE["assignIssue"]),
    bulk("closeIssues", "Close many issues at once, each after its verification (批量销号).", _SINGLE["closeIssue"]),
)
