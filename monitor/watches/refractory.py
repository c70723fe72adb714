"""The time after an announcement in which its like is told, but not announced."""


class Refractory:
    """Lets each name be announced once in the refractory time.

    Parameters
    ----------
    samples : its length
    """

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._announced: dict[str, int] = {}

    def lets(self, name: str, sample: int) -> bool:
        """Tell whether a name may be announced at a sample; its time begins anew if so."""
        last = self._announced.get(name)
        if last is not None and sample - last < self._samples:
            return False
        self._announced[name] = sample
        return True
