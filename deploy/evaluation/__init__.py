"""`make evaluate`: measures the analysis, prints and records the figures, and writes its cards."""
