"""Tests of the seal."""
