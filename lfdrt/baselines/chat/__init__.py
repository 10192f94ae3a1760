"""The baseline that asks a chat endpoint: prompt, answers kept, counts."""
