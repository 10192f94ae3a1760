"""The Languages tab: any language of the world on a map, in its tree, and what is known of it."""
