"""From the images of a subject to findings that await a reader."""
