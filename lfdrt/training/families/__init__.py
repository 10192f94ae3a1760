"""The families' stage: Eq. 5 to 9 on a frozen encoder's kept features."""
