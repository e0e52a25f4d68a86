"""FlowPilot itself as an actor: timers, work, the command line."""

from core.people.model import Actor, Role

__all__ = ["system_actor"]


def system_actor(account_id: str, platform: str = "flowpilot") -> Actor:
    """Acts for the account where no engineer does; its timeline entries have no person."""
    return Actor(
        account_id=account_id,
        workspace_id="",
        user_id="",
        name="FlowPilot",
        role=Role.OWNER,
        zone="UTC",
        platform=platform,
    )
