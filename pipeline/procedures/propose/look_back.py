"""Ask the baseline at the places of new-lesion candidates whether something stood there before."""

from dataclasses import dataclass

import numpy as np

from pipeline.measure import diameters
from pipeline.model.image import Labels, Mask
from pipeline.model.lesion import State
from pipeline.model.recording import record_mm
from pipeline.procedures.values import EarlierSlice, KeySliceInput, Livers, VisitImages
from pipeline.report.content import Kind
from pipeline.segment.follow import refine as follow
from pipeline.store.artifacts import Artifacts
from pipeline.track.new_lesions import LookBack


@dataclass(frozen=True)
class Baseline:
    """The visit that is asked, with the lesions known by now as labels on its reference grid."""

    artifacts: Artifacts
    images: VisitImages
    livers: Livers
    atlas: Labels

    def ask(self, places: dict[str, Mask]) -> dict[str, LookBack]:
        """Return what stood at each place, by image analysis alone (segment/follow).

        places: candidates by name, on the grid of the reference image (carried). A place without voxels is not
        evaluable. Known lesions keep what is theirs: a candidate beside one is not taken for it.
        """
        reference, liver = self.images.reference, self.livers.reference
        if not places or reference is None or liver is None:
            return {name: self._answer(name, State.NOT_EVALUABLE, None) for name in places}
        names = (*self.atlas.names, *places)
        array = self.atlas.array.copy()
        for number, place in enumerate(places.values(), start=len(self.atlas.names) + 1):
            array[place.array & (array == 0)] = number
        image = self.artifacts.get_image(reference.image)
        asked = Labels(array, self.atlas.grid, names)
        refined = follow.refine(image, self.artifacts.get_mask(liver), reference.volume.phase.phase, asked)
        states = dict(zip(names, refined.states, strict=True))
        return {name: self._answer(name, states[name], refined.labels.mask(name)) for name in places}

    def _answer(self, name: str, state: State, region: Mask | None) -> LookBack:
        measured = None if region is None else diameters.measure(region)
        length = None if measured is None else record_mm(measured.long.length_mm)
        return LookBack(name, self.images.visit.name, state, length)

    def picture(self, visit: str, place: Mask, answer: LookBack) -> tuple[KeySliceInput, ...]:
        """Return the slice of the baseline where a candidate of a visit is widest; none where it is not shown."""
        reference = self.images.reference
        if reference is None or reference.volume.date is None or answer.state is State.NOT_EVALUABLE:
            return ()
        volume = reference.volume
        k = int(np.argmax(np.count_nonzero(place.array, axis=(1, 2))))
        earlier = EarlierSlice(
            answer.visit,
            reference.volume.date,
            volume.phase.phase,
            volume.series_uid,
            volume.slices[k].reference,
            k,
            answer.words,
        )
        stored = self.artifacts.put_mask(place)
        return (
            KeySliceInput(
                visit,
                answer.lesion,
                Kind.LOOK_BACK.value,
                reference.image,
                stored,
                self.livers.reference,
                earlier=earlier,
            ),
        )
