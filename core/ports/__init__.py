"""The Protocols that the outside implements: time, storage, chat platforms, PSA systems, models, embedders."""

from core.ports.inbound import Inbound, PersonRef, Room
from core.ports.outside import (
    Capabilities,
    ChatPlatform,
    Clock,
    Drafted,
    Embedder,
    Flawed,
    Model,
    Outside,
    Psa,
    Reception,
    Said,
    Sealer,
    Stream,
    Synthesised,
)
from core.ports.provider import Counted, Heard, Provider
from core.ports.storage import Store, Transaction, UnitOfWork

__all__ = [
    "Capabilities",
    "ChatPlatform",
    "Clock",
    "Counted",
    "Drafted",
    "Embedder",
    "Flawed",
    "Heard",
    "Inbound",
    "Model",
    "Outside",
    "PersonRef",
    "Provider",
    "Psa",
    "Reception",
    "Room",
    "Said",
    "Sealer",
    "Store",
    "Stream",
    "Synthesised",
    "Transaction",
    "UnitOfWork",
]
