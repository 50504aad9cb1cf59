"""Cut the key slices that prove a measurement, and keep them as small artifacts."""

import base64
import functools
from dataclasses import dataclass

from prefect.artifacts import create_image_artifact

from flows import keyslices
from flows.step import artifact_key, artifacts_of, step
from flows.values import Picture
from pipeline.model.lesion import Finding
from pipeline.report import keyslice, sheet
from pipeline.report.content import Kind
from pipeline.store.artifacts import Artifacts, Ref


@dataclass(frozen=True)
class PictureInput:
    """What to draw, and the finding whose axes are drawn."""

    picture: Picture
    finding: Finding


@dataclass(frozen=True)
class SubjectPictures:
    """The key slices of one subject."""

    items: tuple[PictureInput, ...]


@step("pictures", SubjectPictures, tuple[keyslices.Cut, ...])
def cut(artifacts: Artifacts, given: SubjectPictures) -> tuple[keyslices.Cut, ...]:
    """Cut the key slices of one subject; each volume is loaded once."""
    image = functools.lru_cache(maxsize=2)(artifacts.get_image)
    mask = functools.lru_cache(maxsize=6)(artifacts.get_mask)
    cuts = []
    for item in given.items:
        picture = item.picture
        liver, viable = (mask(ref) if ref else None for ref in (picture.liver, picture.viable))
        kind = Kind(picture.kind)
        key = keyslice.key_slice(image(picture.image), mask(picture.mask), liver, item.finding, kind, viable=viable)
        if key is not None:
            cuts.append(keyslices.stored(artifacts, key))
    return tuple(cuts)


def publish(study: str, subject: str, cuts: Ref) -> None:
    """Show a sheet of the subject's key slices in the Prefect UI, the picture itself being the address."""
    artifacts = artifacts_of(study)
    keys = [keyslices.restored(artifacts, item) for item in cut.read(study, cuts)]
    if keys:
        picture = base64.b64encode(sheet.png(keys)).decode()
        told = f"{subject}: key slices of the measured lesions ({min(len(keys), sheet.LARGEST)} of {len(keys)})"
        create_image_artifact(
            f"data:image/png;base64,{picture}", key=artifact_key("pictures", subject), description=told
        )
