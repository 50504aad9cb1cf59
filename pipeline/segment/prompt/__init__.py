"""One lesion from a reader's mark: the surface around it that image, mark and memory agree on."""
