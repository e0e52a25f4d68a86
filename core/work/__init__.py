"""Work rows: everything that is to happen outside the transaction that decided it."""
