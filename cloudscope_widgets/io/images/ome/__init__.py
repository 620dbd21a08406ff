"""OME documents and the images they describe."""
