"""What may be changed of issues: one family of mutations a module."""
