"""The model of Couinaud's segments that ships: its file, its notice, what it answers for."""

import json

from pipeline.engines import segment_shapes, shipped
from pipeline.measure import liver_shape


def test_the_file_is_that_which_was_checked_and_small() -> None:
    assert len(shipped.SEGMENTS.content()) < 300_000


def test_source_license_and_limits_lie_beside_it() -> None:
    notice = (shipped.SEGMENTS.path.parent / "SEGMENTS.md").read_text(encoding="utf-8")
    for words in ("MIT License", "Copyright (c) 2024 xukun", "Couinaud-Segmentation", "not said there"):
        assert words in notice
    content = json.loads(shipped.SEGMENTS.content())
    assert "a machine's guess" in content["what"]
    assert "MIT license" in content["source"]


def test_it_leads_from_the_features_of_a_shape_to_eight_segments() -> None:
    model = segment_shapes.load()
    assert [layer.weights.shape for layer in model.layers] == [(liver_shape.FEATURES, 48), (48, 48), (48, 8)]
    assert segment_shapes.load() is model
