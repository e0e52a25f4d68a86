"""Tests: unit, contract, integration, end to end, project rules, and benchmarks."""
