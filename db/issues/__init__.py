"""The commands of an issue's life, by family. Each takes a `Call` and its inputs, and gives what it did."""
