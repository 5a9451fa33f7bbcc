"""The one exception that Setosa raises on purpose."""


class SaveError(ValueError):
    """A model that cannot be saved so that it answers exactly what it answers in Python.

    The message says what is wrong and what to do about it.
    """
