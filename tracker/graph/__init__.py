"""The pure core: frozen facts in, numbers out; networkx and the standard library only."""
