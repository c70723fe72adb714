"""Losses, and when they are too long."""

from sibeat.monitor.watches.short_loss import ShortLoss


def test_a_loss_is_too_long_after_a_second():
    loss = ShortLoss(250.0)
    assert loss.due() is None
    loss.begin(1000)
    assert loss.due() == 1251
    assert loss.end() == 1000
    assert loss.due() is loss.end() is None


def test_a_loss_in_a_loss_is_one():
    loss = ShortLoss(250.0)
    loss.begin(1000)
    loss.begin(1100)
    assert loss.due() == 1251
    assert loss.end() == 1000
