"""Tests of domain/operations."""
