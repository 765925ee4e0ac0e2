"""What needs every context: the list of all tables, migrations, the demo city, the clock."""
