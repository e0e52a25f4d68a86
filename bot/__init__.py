"""The program: settings, the composition root, the server, the worker and the command line."""
