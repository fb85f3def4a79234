"""Samples of feeds by what is special about them."""
