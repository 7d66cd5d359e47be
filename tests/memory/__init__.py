"""In-memory twins of the ports: small real classes that pass the same contract suites as the store."""
