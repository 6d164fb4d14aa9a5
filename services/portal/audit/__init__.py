"""Who did what: a log that is only appended to, and whose entries hold on to each other."""
