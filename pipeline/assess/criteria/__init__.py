"""The criteria, one file each; `pipeline.assess.registry` finds them, and no list names them."""
