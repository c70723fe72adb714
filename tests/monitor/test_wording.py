import pytest

from sibeat.monitor.wording import broken, counted, factor_text, span


@pytest.mark.parametrize(
    ("n", "told"), [(0, "0 gaps"), (1, "1 gap"), (2, "2 gaps"), (1211, "1,211 gaps")]
)
def test_counts(n: int, told: str) -> None:
    assert counted(n, "gap") == told
    assert counted(n, "entry", "entries").endswith("entry" if n == 1 else "entries")


def test_a_line_is_broken_between_words_alone() -> None:
    text = "alert log: a/very/long/path-with-hyphens.jsonl stays whole"
    assert broken(text, None, "  ") == f"  {text}"
    assert broken(text, 20, "", 2).split("\n") == [
        "alert log:",
        "  a/very/long/path-with-hyphens.jsonl",
        "  stays whole",
    ]


def test_spans_and_factors() -> None:
    assert [span(s) for s in (4.214, 1806, 86_400)] == ["4.21 s", "30 min 06 s", "24 h 00 min"]
    assert [factor_text(f) for f in (0.22155, 20_571.2)] == ["0.222", "20,571"]
