"""How the inputs of each kind are read: as the command reads them, with a line for each."""
