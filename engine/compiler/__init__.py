"""From definitions to frames of tasks: every step becomes searches in sorted columns."""
