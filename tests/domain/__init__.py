"""Tests that mirror the packages; each name is the rule that it proves."""
