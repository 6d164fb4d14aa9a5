"""What can go wrong with local engines, each as one sentence for the person at the terminal."""


class LocalError(Exception):
    """Something about this machine must change first; the message says what."""


class StartError(LocalError):
    """An engine or service did not become healthy; the message names its log."""
