"""Tests of domain/nemkonto."""
