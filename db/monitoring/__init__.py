"""Monitoring at home: people, with their consent, and what is measured of them (居家健康监测)."""
