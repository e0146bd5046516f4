"""Tests of the questions without a terminal."""
