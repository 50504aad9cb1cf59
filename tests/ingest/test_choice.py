"""The reference of a visit: no kind that is not measured, and substitutes only where the phase has nothing better."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import checks, choice, geometry
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag, ordered
from pipeline.model.image import Modality, Phase
from pipeline.model.image_kind import ImageKind, KindCall
from tests.builders import trials
from tests.builders.dicom_series import headers

IMAGING = trials.retnet().imaging
PHASES = (Phase.PORTAL_VENOUS, Phase.ARTERIAL)


def _volume(name: str, kind: ImageKind, phase: Phase, count: int = 10, modality: Modality = Modality.CT) -> Volume:
    slices = tuple(headers(count))
    volume = Volume(
        id=name,
        subject="S-001",
        date=dt.date(2024, 3, 5),
        modality=modality,
        series_uid="1.2",
        acquisition="1",
        slices=slices,
        grid=geometry.grid(slices),
        phase=PhaseCall(phase, 0.9),
        kind=KindCall(kind),
    )
    return replace(volume, flags=ordered(*checks.of_kind(volume)))


_SOME = st.lists(
    st.tuples(
        st.sampled_from(sorted(ImageKind)),
        st.sampled_from(sorted(Phase)),
        st.integers(8, 40),
        st.sampled_from(Modality),
    ),
    min_size=1,
    max_size=7,
)


@given(_SOME)
def test_an_unfit_kind_is_never_chosen_and_a_fit_one_always_is(
    drawn: list[tuple[ImageKind, Phase, int, Modality]],
) -> None:
    volumes = [_volume(f"v{n}", *values) for n, values in enumerate(drawn)]
    chosen = choice.reference(volumes, PHASES, IMAGING).volume
    assert (chosen is not None) == any(volume.kind.kind.fit for volume in volumes)
    assert chosen is None or chosen.kind.kind.fit
    for phase in Phase:
        best = choice.of_phase(volumes, phase, IMAGING)
        alike = [v for v in volumes if v.phase.phase is phase and v.kind.kind.fit]
        assert (best is not None) == bool(alike)
        assert best is None or not best.kind.kind.substitute or all(v.kind.kind.substitute for v in alike)


@given(_SOME, st.sampled_from(sorted(kind for kind in ImageKind if not kind.fit)), st.sampled_from(sorted(Phase)))
def test_an_unfit_volume_more_changes_nothing(
    drawn: list[tuple[ImageKind, Phase, int, Modality]], kind: ImageKind, phase: Phase
) -> None:
    volumes = [_volume(f"v{n}", *values) for n, values in enumerate(drawn)]
    more = [_volume("a", kind, phase, 60), *volumes]
    assert choice.reference(more, PHASES, IMAGING) == choice.reference(volumes, PHASES, IMAGING)


def test_a_substitute_is_chosen_flagged_where_it_alone_shows_the_phase() -> None:
    volumes = [
        _volume("plain", ImageKind.ANATOMICAL, Phase.ARTERIAL),
        _volume("70 keV", ImageKind.MONOENERGETIC, Phase.PORTAL_VENOUS),
        _volume("40 keV", ImageKind.MONOENERGETIC_FAR, Phase.PORTAL_VENOUS, 40),
    ]
    chosen = choice.reference(volumes, PHASES, IMAGING)
    assert chosen.volume is volumes[1]
    assert Flag.SUBSTITUTE_KIND in chosen.flags
    better = [*volumes, _volume("usual", ImageKind.ANATOMICAL, Phase.PORTAL_VENOUS, 8)]
    assert choice.reference(better, PHASES, IMAGING) == choice.Choice(better[-1], ())


def test_ct_without_rescale_tags_is_not_chosen() -> None:
    volume = _volume("raw", ImageKind.ANATOMICAL, Phase.PORTAL_VENOUS)
    assert choice.reference([replace(volume, flags=(Flag.CT_NUMBERS_UNKNOWN,))], PHASES, IMAGING).volume is None
