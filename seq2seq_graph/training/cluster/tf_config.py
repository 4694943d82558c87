"""`TF_CONFIG`: which processes a cluster has, and which of them this one is. No TensorFlow."""

import json
import os
import re
from typing import Any, Dict, List, NamedTuple, Optional

from seq2seq_graph.errors import InputError

NAME = "TF_CONFIG"
CHIEF, WORKER, PS, EVALUATOR = "chief", "worker", "ps", "evaluator"
KINDS = CHIEF, WORKER, PS, EVALUATOR
_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:.%]+\]|[^\s:/\[\]]+):(?P<port>\d+)")
_LOOPBACK = re.compile(r"localhost|127(\.\d+){3}|\[::1\]")


class Task(NamedTuple):
    """One process of a cluster."""

    kind: str  # of KINDS
    number: int
    cluster: Dict[str, List[str]]  # kind -> addresses, host:port

    @property
    def name(self) -> str:
        """Names it in what is printed: `chief`, `worker 0`."""
        return self.kind if self.kind == CHIEF else f"{self.kind} {self.number}"

    @property
    def device(self) -> str:
        """Names it as TensorFlow does."""
        return f"/job:{self.kind}/task:{self.number}"

    @property
    def address(self) -> str:
        """Its host:port; "" of an evaluator that the cluster does not list: it serves nothing."""
        addresses = self.cluster.get(self.kind, [])
        return addresses[self.number] if self.number < len(addresses) else ""

    @property
    def shown(self) -> str:
        """Names it and its address."""
        return f"{self.name} ({self.address})"

    def all_of(self, *kinds: str) -> List["Task"]:
        """Returns all processes of some kinds."""
        return [self._replace(kind=kind, number=index) for kind in kinds
                for index in range(len(self.cluster.get(kind, [])))]

    @property
    def computing(self) -> List["Task"]:
        """Returns those that compute: the chief is the first."""
        return self.all_of(CHIEF, WORKER)

    @property
    def others(self) -> List["Task"]:
        """Returns those that a step needs, without this one."""
        return [task for task in self.all_of(CHIEF, PS, WORKER)
                if task[:2] != (self.kind, self.number)]

    @property
    def on_this_machine(self) -> bool:
        """Tells whether every address is this machine's loopback."""
        addresses = sum(self.cluster.values(), [])
        return all(_LOOPBACK.fullmatch(address.rpartition(":")[0]) for address in addresses)


def host_and_port(address: str) -> Any:
    """Cuts an address as sockets take it: ("10.0.0.5", 2222)."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def read(environment: Optional[Dict[str, str]] = None) -> Optional[Task]:
    """Reads the variable `TF_CONFIG`; None where it is not set or names no cluster.

    Args:
      environment: the variables; None takes the process's.

    Raises:
      InputError: it is not what the runtime needs; the message names the part.
    """
    text = (os.environ if environment is None else environment).get(NAME, "")
    if not text.strip():
        return None
    try:
        config = json.loads(text)
    except ValueError as error:
        raise _wrong(f"no JSON: {error}") from None
    if not isinstance(config, dict):
        raise _wrong("not an object with cluster and task")
    if not config.get("cluster"):
        return None
    cluster = _checked_cluster(config["cluster"])
    return _checked_task(config.get("task"), cluster)


def written(task: Task) -> str:
    """Makes the variable's text of a task."""
    return json.dumps({"cluster": task.cluster, "task": {"type": task.kind, "index": task.number}})


def _checked_cluster(cluster):
    if not isinstance(cluster, dict):
        raise _wrong("cluster is no object of kind: [address, ...]")
    where: Dict[str, str] = {}
    for kind, addresses in cluster.items():
        if kind not in KINDS:
            hint = "; name it chief" if kind == "master" else ""
            raise _wrong(f"cluster has {kind!r}; there are {', '.join(KINDS)}{hint}")
        if not isinstance(addresses, list):
            raise _wrong(f"cluster: {kind} is no list of addresses")
        for index, address in enumerate(addresses):
            match = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
            if not match or not 0 < int(match.group("port")) < 2**16:
                raise _wrong(f"cluster: {kind} {index} is {address!r}; an address is host:port, "
                             "such as 10.0.0.5:2222")
            if address in where:
                raise _wrong(f"cluster: {address} is {where[address]} and {kind} {index}; give "
                             "each its own port")
            where[address] = f"{kind} {index}"
    if len(cluster.get(CHIEF, [])) != 1:
        raise _wrong(f"cluster has {len(cluster.get(CHIEF, []))} chiefs; it needs one, which "
                     "writes the run and computes as the first worker")
    return cluster


def _checked_task(task, cluster):
    if not isinstance(task, dict) or task.get("type") not in KINDS:
        raise _wrong(f"task is {task!r}; give it a type, one of {', '.join(KINDS)}, and an index")
    kind, index, known = task["type"], task.get("index", 0), len(cluster.get(task["type"], []))
    if type(index) is not int or index < 0 or kind != EVALUATOR and index >= known:
        raise _wrong(f"task is {kind} {index!r}, but cluster has {known} of {kind}, counted from 0")
    return Task(kind, index, cluster)


def _wrong(what):
    return InputError(f"{NAME}: {what}; see seq2seq_graph/training/cluster/README.md")
