"""What there is to see of a platform: copies, made when they are asked for. No secret is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Optional, Tuple


@dataclass(frozen=True)
class AccountRecord:
    """An account. ``access_keys`` are the ids of those that sign calls of the management API."""

    id: str
    name: str
    access_keys: Tuple[str, ...]


@dataclass(frozen=True)
class InstanceRecord:
    """An instance and where its MQTT endpoint is. ``owner`` is the account of an enterprise instance; None: it serves every account.
    In ``host``, as devices are told, "{pk}" stands for a device's product key; ``address`` is where it really listens."""

    id: str
    region: str
    owner: Optional[str]
    host: str
    port: int
    tls: bool
    address: str


@dataclass(frozen=True)
class ProductRecord:
    """A product. ``instances``: where it can be seen, its home first. ``devices``: how many it has, wherever they are."""

    key: str
    name: str
    owner: str
    gateway: bool
    instances: Tuple[str, ...]
    devices: int


@dataclass(frozen=True)
class DeviceRecord:
    """A device as the registry has it.

    ``instance``: where it is bound; in handover, where it comes from. ``listed_at``: where its users find it, after a handover by policy
    "region" the target at once. ``status``: "ONLINE", "OFFLINE", "UNACTIVE" (it has never connected where it is bound) or "DISABLE".
    ``job``: of the handover that it is in, None: in none; ``handover_step`` is then "handed_over", "notified" or "replied".
    ``moves``: how often a handover of its was committed. ``created``: seconds since the run began.
    """

    name: str
    account: str
    instance: str
    listed_at: str
    status: str
    online: bool
    enabled: bool
    activated: bool
    job: Optional[str]
    handover_step: Optional[str]
    moves: int
    created: float

    @property
    def in_handover(self) -> bool:
        """Whether a job has named it, and it has not come to a target since."""
        return self.job is not None

    @property
    def product_key(self) -> str:
        """Of ``name``, the part before the slash."""
        return self.name.partition("/")[0]

    @property
    def device_name(self) -> str:
        """Of ``name``, the part behind the slash."""
        return self.name.partition("/")[2]


@dataclass(frozen=True)
class JobRecord:
    """A distribution job.

    ``name``: what the step that made it is called, else the id of its first job. ``state``: "initializing", "distributing",
    "distributed" (all are handed over; they may still be on their way) or "failed", and then ``failure`` says why. ``devices``: how many
    are "waiting", "failed" (refused one by one), "handed_over", "notified", "replied", "moved" and "taken_over" (by a later job).
    ``moved``: where to, instance by instance. ``created``: seconds since the run began.
    """

    id: str
    name: str
    state: str
    policy: str
    account: str
    product: str
    source: str
    targets: Tuple[str, ...]
    devices: Dict[str, int]
    moved: Dict[str, int]
    failure: Optional[str]
    created: float

    @property
    def done(self) -> bool:
        """Whether all of its devices are where they should be, or will never come."""
        under_way = ("waiting", "handed_over", "notified", "replied")
        return self.state in ("distributed", "failed") and not any(self.devices[state] for state in under_way)


@dataclass(frozen=True)
class MisbehaviourRecord:
    """A rule by which the platform does something wrong. ``calls``: how often it could have, ``fired``: how often it did. ``over``: its
    time or its count is used up."""

    name: str
    kind: str
    calls: int
    fired: int
    over: bool


@dataclass(frozen=True)
class PlatformStatistics:
    """What the platform has counted since it started; ``connections_open``, ``sessions_online`` and ``devices_in_handover`` are of now."""

    connections_open: int
    sessions_online: int
    connects_accepted: int
    connects_refused: int
    publishes_received: int
    publishes_dropped: int
    bootstraps_answered: int
    bootstraps_refused: int
    notifies_sent: int
    notify_replies: int
    commits: int
    misbehaviours: int
    devices_in_handover: int
    devices_moved: int
    jobs: int
