"""Whatever order and names files have and whatever tags vary in them, the passes through the body are the same."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import grouping
from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.image import Modality
from tests.builders import passes

_random = st.randoms(use_true_random=False)


def _split(slices: list[SliceHeader]) -> tuple[Volume, ...]:
    """Split, and account for every file exactly once."""
    volumes, left = grouping.split(slices)
    paths = [item.path for volume in volumes for item in volume.slices] + [entry.path for entry in left]
    assert sorted(paths) == sorted(item.path for item in slices)
    return volumes


@given(
    count=st.integers(6, 14),
    modality=st.sampled_from(Modality),
    varying=st.sets(st.sampled_from(sorted(passes.MEANINGLESS)), min_size=1, max_size=3),
    random=_random,
)
def test_an_even_pass_is_one_volume_whatever_varies_in_it(
    count: int, modality: Modality, varying: set[str], random: Random
) -> None:
    slices = passes.slices(count, 1, "TriggerTime", sorted(varying), random, modality)
    assert passes.phases_of(_split(slices)) == [("0", count)]


@given(
    count=st.integers(6, 12),
    phases=st.integers(2, 5),
    told_by=st.sampled_from(sorted(passes.PHASES)),
    varying=st.sets(st.sampled_from(sorted(passes.MEANINGLESS)), max_size=2),
    modality=st.sampled_from(Modality),
    random=_random,
)
def test_phases_at_the_same_positions_never_merge_and_are_never_cut(
    count: int, phases: int, told_by: str, varying: set[str], modality: Modality, random: Random
) -> None:
    other = {each for each in varying if not each.startswith(told_by)}
    slices = passes.slices(count, phases, told_by, sorted(other), random, modality)
    assert passes.phases_of(_split(slices)) == [(str(phase), count) for phase in range(phases)]


@given(random=_random, told_by=st.sampled_from(sorted(passes.PHASES)), phases=st.integers(1, 4))
def test_names_and_order_of_files_change_nothing(random: Random, told_by: str, phases: int) -> None:
    one = passes.slices(8, phases, told_by, ["FrameOfReferenceUID by slice"], Random(1))
    other = passes.slices(8, phases, told_by, ["FrameOfReferenceUID by slice"], random)
    assert [(v.id, v.flags, [s.sop_uid for s in v.slices]) for v in _split(one)] == [
        (v.id, v.flags, [s.sop_uid for s in v.slices]) for v in _split(other)
    ]
