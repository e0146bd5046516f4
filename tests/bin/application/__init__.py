"""Tests of bin/application."""
