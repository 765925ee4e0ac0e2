"""Incidents, as what belongs to them knows them (突发事件); what is done about them is in `db.emergency`."""
