"""What the Prefect UI keeps of a subject: the key of an artifact, and a sheet of pictures."""

import base64

from prefect.artifacts import create_image_artifact

from pipeline.procedures import key_slices, pictures
from pipeline.procedures.study_folder import artifacts_of
from pipeline.report.slices import sheet
from pipeline.store.artifacts import Ref


def key(what: str, subject: str) -> str:
    """Return a key that Prefect takes for an artifact of a subject: small letters, digits and dashes."""
    return (
        f"{what}-{''.join(c if c.isalnum() and c.isascii() else '-' for c in subject.lower()).strip('-') or 'subject'}"
    )


def show_pictures(study: str, subject: str, cuts: Ref) -> None:
    """Show a sheet of the subject's key slices in the Prefect UI, the picture itself being the address."""
    artifacts = artifacts_of(study)
    keys = [key_slices.restored(artifacts, item) for item in pictures.cut.load_result(artifacts, cuts)]
    if keys:
        picture = base64.b64encode(sheet.png(keys)).decode()
        description = f"{subject}: key slices of the measured lesions ({min(len(keys), sheet.LARGEST)} of {len(keys)})"
        create_image_artifact(f"data:image/png;base64,{picture}", key=key("pictures", subject), description=description)
