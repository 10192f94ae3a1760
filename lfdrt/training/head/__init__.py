"""A head: classifiers of other classes on the frozen encoders of a checkpoint."""
