"""Run every benchmark and state the load of the machine."""

import os
import sys

from tests.benchmarks import bench_assess, bench_registration, bench_respond, bench_scan, bench_start_up

sys.stdout.write(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n")
for benchmark in (bench_start_up, bench_scan, bench_assess, bench_respond, bench_registration):
    benchmark.main()
sys.stdout.write(f"load {os.getloadavg()[0]:.1f} at the end\n")
