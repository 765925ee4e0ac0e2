"""The contexts that bring their tables and their rows of the demo city themselves, in their order."""

from db import service_points, settings

CONTEXTS = (settings.CONTEXT, service_points.CONTEXT)
