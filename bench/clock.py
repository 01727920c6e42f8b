"""Wall and CPU time, and ratios of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float

    def each(self, count: int) -> "Cost":
        return Cost(self.wall / count, self.cpu / count)


def cost_of(act: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def typical(costs: list[Cost]) -> Cost:
    return Cost(median(c.wall for c in costs), median(c.cpu for c in costs))


def compare(
    acts: Mapping[str, Callable[[], object]], *, rounds: int
) -> dict[str, Cost]:
    """Do them in turn, so that a busy moment of the machine falls on all alike."""
    for act in acts.values():
        act()
    costs: dict[str, list[Cost]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            costs[name].append(cost_of(act))
    return {name: typical(found) for name, found in costs.items()}


def line(name: str, ours: Cost, bare: Cost, aim: float) -> dict[str, object]:
    """Return one row of the report: milliseconds, and ours over the bare."""
    return {
        "name": name,
        "wall": f"{ours.wall * 1000:.2f} / {bare.wall * 1000:.2f} ms",
        "cpu": f"{ours.cpu * 1000:.2f} / {bare.cpu * 1000:.2f} ms",
        "wall_ratio": ours.wall / bare.wall,
        "cpu_ratio": ours.cpu / bare.cpu,
        "aim": aim,
    }
