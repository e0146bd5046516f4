"""Tests of bin/application/people."""
