"""The GraphQL side: one declaration of the graph, the schema built from it, and the engine that answers reads."""
