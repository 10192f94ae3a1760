"""Training loops, what they read and how they are set; they yield events and print nothing."""
