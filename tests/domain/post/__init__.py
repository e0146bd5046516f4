"""Tests of domain/post."""
