"""Reports as pure functions: lines of the journal become sums by local day, sums become measures."""
