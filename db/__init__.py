"""The domain: tables, rules and commands. Knows Peewee, and neither GraphQL nor HTTP."""
