"""The facts of answered steps, evaluated as the documents are: `tests.evals` prints both."""
