"""Work on whole folders of recordings, without a notebook."""
