"""PSA systems: the ticket systems of MSPs, one module each."""
