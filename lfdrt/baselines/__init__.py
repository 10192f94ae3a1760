"""The systems that the paper compares LFD-RT with (section 4.3). None of them is part of LFD-RT."""
