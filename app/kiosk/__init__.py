"""The app for strangers at a conference: nothing of a visit is left when it is over.

A visit is over by the button Start over, after some time without input, or when its page is heard
of no more. Knows the jobs of all features.
"""
