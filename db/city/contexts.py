"""The contexts that bring their tables and their rows of the demo city themselves, in their order."""

from db import registrations, service_points, settings

CONTEXTS = (settings.CONTEXT, registrations.CONTEXT, service_points.CONTEXT)
