"""How alike two people on paper are: plain values in, a score with its reasons out; no database, no request."""
