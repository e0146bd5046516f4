"""Tests of bin/application/evidence."""
