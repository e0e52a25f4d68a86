"""Which installation a payload is for, and who belongs to an organisation."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.payloads import workspace_of
from adapters.slack.people import person_of

PAYLOADS = Path(__file__).parents[2] / "integration/slack/payloads"


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_every_recorded_payload_names_its_workspace(path: Path) -> None:
    """Events, clicks, forms, shortcuts and commands say it in different places."""
    assert workspace_of(json.loads(path.read_text(encoding="utf-8"))) == "T0NORTHWIND"


@pytest.mark.parametrize(
    ("body", "workspace"),
    [
        ({"is_enterprise_install": True, "enterprise": {"id": "E1"}, "team": {"id": "T1"}}, "E1"),
        ({"is_enterprise_install": "true", "enterprise_id": "E1", "team_id": "T1"}, "E1"),
        ({"is_enterprise_install": "false", "enterprise_id": "E1", "team_id": "T1"}, "T1"),
        ({"is_enterprise_install": False, "enterprise": {"id": "E1"}, "team": {"id": "T1"}}, "T1"),
        (
            {
                "team_id": "T2",
                "authorizations": [{"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": True}],
            },
            "E1",
        ),
        ({"team_id": "T2", "authorizations": [{"team_id": "T1", "is_enterprise_install": False}]}, "T1"),
        ({"team": {"id": "T2"}, "view": {"app_installed_team_id": "T1"}}, "T1"),
        ({"team": None, "user": {"team_id": "T1"}}, "T1"),
        ({}, ""),
    ],
)
def test_organisations_and_shared_channels_name_the_installation(body: dict[str, Any], workspace: str) -> None:
    """Where it happened and where the app is installed differ there."""
    assert workspace_of(body) == workspace


@given(
    st.dictionaries(
        st.sampled_from(["authorizations", "view", "team", "user", "team_id", "enterprise", "is_enterprise_install"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["id", "team_id", "enterprise_id", "app_installed_team_id"]), inner, max_size=2
                )
            ),
            max_leaves=6,
        ),
    )
)
def test_whatever_the_payload_holds_it_is_a_text(body: dict[str, Any]) -> None:
    """Fields come and go."""
    assert isinstance(workspace_of(body), str)


@pytest.mark.parametrize(
    ("user", "member"),
    [
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, True),
        ({"team_id": "T2", "enterprise_id": "E1"}, True),
        ({"team_id": "T1"}, True),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}}, False),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}, "is_restricted": True}, False),
        ({"is_stranger": True}, False),
        ({}, False),
    ],
)
def test_members_of_an_organisation_are_those_of_any_of_its_teams(user: dict[str, Any], member: bool) -> None:
    """Guests and other organisations are not; whom Slack says nothing about is not either."""
    assert person_of({"id": "U1", **user}, "T1", "E1").member is member
