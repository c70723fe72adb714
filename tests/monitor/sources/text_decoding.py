"""What the text protocol's decoder gives, a sample an entry."""

from collections.abc import Iterable

from sibeat.monitor.sources.base import Decoded, Samples
from sibeat.monitor.sources.text_protocol import TextDecoder


def flat(decoded: Iterable[Decoded]) -> list[float | str]:
    """One entry a sample: its value, or why it is missing."""
    flat: list[float | str] = []
    for item in decoded:
        flat += (
            item.values.tolist() if isinstance(item, Samples) else [item.reason] * item.n_samples
        )
    return flat


def decode(text: str | bytes, **options: object) -> tuple[list[float | str], TextDecoder]:
    """Decode a whole stream; gives its samples, and the decoder as it is then."""
    data = text.encode() if isinstance(text, str) else text
    decoder = TextDecoder(**{"drop_first": False, **options})  # type: ignore[arg-type]
    return flat(decoder.feed(data) + decoder.flush()), decoder


def losses(decoded: list[float | str]) -> list[str]:
    """Why samples are missing, of those that are."""
    return [entry for entry in decoded if isinstance(entry, str)]
