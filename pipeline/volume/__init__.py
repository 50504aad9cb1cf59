"""Voxel arithmetic shared by the image stages: resampling, contours, crops."""
