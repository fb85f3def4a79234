"""Read feeds and files: the only place in the tree that reads from the network."""
