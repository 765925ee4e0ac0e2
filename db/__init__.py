"""The domain: tables, rules and verbs. Knows Peewee, and neither GraphQL nor HTTP."""
