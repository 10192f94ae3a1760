"""Look and parts that the tabs share."""
