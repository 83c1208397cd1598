"""The friction ledger: what offices complain of, who sees to it, and that they were told."""
