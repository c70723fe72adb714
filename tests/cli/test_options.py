from sibeat.cli.options import option


def test_an_options_text_is_a_sentence_of_the_help() -> None:
    shown = option("--fs", "sampling rate, where the source has none", "Signal", "HZ")
    assert shown.help == "Sampling rate, where the source has none."
    assert (shown.rich_help_panel, shown.metavar, shown.min) == ("Signal", "HZ", None)
    assert option("--baud", "bits per second", "Serial port", least=1).min == 1
