"""The pages about pods show what their commands print."""

import console
import pytest
from examples import REPOSITORY


@pytest.fixture
def server(make_mock, tmp_path):
    return make_mock("--cluster", "my-cluster", "--kubeconfig", str(tmp_path / "kubeconfig"))


def test_page_about_the_pods_path_runs_as_shown(server, tmp_path):
    console.run(console.blocks(REPOSITORY / "docs" / "pod-identity.md"), server, tmp_path)


def test_readme_shows_the_pods_path_as_it_runs(server, tmp_path):
    shown = console.blocks(REPOSITORY / "README.md")
    of_pods = [block for block in shown if "podpass pod run" in block[1]]
    assert len(of_pods) == 1
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    console.run(of_pods, server, tmp_path)
