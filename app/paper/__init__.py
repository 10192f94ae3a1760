"""The paper's own tables in the Benchmark tab."""
