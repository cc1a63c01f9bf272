"""Where cases, events and the tasks last shown are kept."""
