"""Teaching: a person's labels and class mix, and what a checkpoint learns from them."""
