"""One factory a model; children get the parent's coalition."""
