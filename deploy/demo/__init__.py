"""The demonstration: recorded outlets, a labelled episode and one watched run of it all."""
