"""What goes wrong by somebody's input, told as a sentence; what else is raised is a bug."""


class UserError(ValueError):
    """Its words are meant for people: what is wrong, with the row, file or setting, and the next
    step. The command line shows them alone, and the page too; every other error keeps its trace."""
