"""Reading, checking, drawing and collating texts and pictures; nothing here knows a model."""
