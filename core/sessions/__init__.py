"""Sessions: one troubleshooting of one problem, from first words to resolved or abandoned."""
