"""Proves that a log line goes to the standard error of its moment."""

import io
import sys

import pytest

from adapters.logs import logger


def test_a_line_goes_to_the_standard_error_of_now_and_not_to_one_that_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        earlier = io.StringIO()
        patch.setattr(sys, "stderr", earlier)
        logger().info("first_line")
        assert "first_line" in earlier.getvalue()
    earlier.close()
    now = io.StringIO()
    monkeypatch.setattr(sys, "stderr", now)
    logger().info("second_line")
    assert "second_line" in now.getvalue()
