"""The picture for the README."""

import xml.etree.ElementTree as ET

import pytest

from sibeat.ecg.errors import OutputError
from sibeat.monitor.screen.export import export_svg


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_the_picture_is_svg_with_the_screen_in_it(snapshot, tmp_path, width, height):
    path = tmp_path / "screen.svg"
    export_svg(snapshot, path, width, height)
    root = ET.parse(path).getroot()
    text = "".join(root.itertext()).replace("\xa0", " ")
    assert root.tag.endswith("svg")
    assert "sibeat monitor" in text
    assert "replay mitdb/100" in text
    assert "V-like" in text


def test_the_same_snapshot_gives_the_same_picture(snapshot, tmp_path):
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    export_svg(snapshot, one)
    export_svg(snapshot, other)
    assert one.read_bytes() == other.read_bytes()


def test_a_folder_that_is_not_there_is_named(snapshot, tmp_path):
    with pytest.raises(OutputError, match=r"cannot write the picture .*nowhere"):
        export_svg(snapshot, tmp_path / "nowhere" / "screen.svg")
