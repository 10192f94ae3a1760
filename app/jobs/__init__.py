"""What runs for long: each job in a process of its own, followed, steered and kept."""
