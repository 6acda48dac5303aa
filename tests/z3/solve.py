"""Reads SMT-LIB problems as JSON texts, one a line; says for each whether z3 satisfies it: sat, unsat or unknown."""

import json
import sys

import z3

for line in sys.stdin:
    solver = z3.Solver()
    # Steps, not time: the same answers on every machine.
    solver.set("rlimit", 1_000_000)
    solver.from_string(json.loads(line))
    print(solver.check(), flush=True)
