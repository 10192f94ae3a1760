"""Look and parts that the tabs share. Knows no model and no job."""
