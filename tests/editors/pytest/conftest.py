"""A line for each check, as the other clients write them."""

import os

import pytest


@pytest.hookimpl
def pytest_runtest_logreport(report):
    if report.when != "call" and report.passed:
        return
    check = report.nodeid.split("::test_")[1].replace("_", " ")
    said = dict(report.user_properties).get("detail", "")
    if report.failed:
        said = report.longreprtext.strip().splitlines()[-1]
    with open(os.environ["OUT"], "a") as out:
        out.write("\t".join(["ok" if report.passed else "no", check, " ".join(str(said).split())]) + "\n")
