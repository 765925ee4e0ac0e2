"""Assessment: ten indicators of how each committee works, from what is on record, with their working (考核)."""
