"""For other people's programs: predictions in one call, a classifier of scikit-learn's kind."""
