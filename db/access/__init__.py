"""Who acts: accounts, tokens, roles and the audit; and how every command is run."""
