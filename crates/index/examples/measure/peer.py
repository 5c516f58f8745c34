"""The peer's side of the measurement: answers commands of peer.rs, a line for each.

Lines begin with "= ", since the peer writes lines of its own. Seconds are the cheapest repetition, processor seconds the
mean of all. Answers are written as sorted lines that both sides can be compared by.
"""

import resource
import sys
import time

from rhydb import Database

db = Database()


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(repeats, ask):
    least, begin = float("inf"), cpu()
    for _ in range(repeats):
        start = time.perf_counter()
        found = ask()
        least = min(least, time.perf_counter() - start)
    return found, least, (cpu() - begin) / repeats


def create(reference, *columns):
    with open(reference) as file:
        db.create_nucleotide_sequence_table("genomes", "id", "main", file.read(), list(columns))


def append(path):
    db.append_data_from_file("genomes", path)


def rows(query):
    return lambda: db.get_filtered_bitmap("genomes", query)


def table(query):
    return lambda: db.query(query)


def lines_of(found):
    if not hasattr(found, "to_pylist"):
        return [str(row) for row in found]
    names = sorted(found.column_names)
    columns = [found.column(name).to_pylist() for name in names]
    return sorted("\t".join(map(str, values)) for values in zip(*columns))


for line in sys.stdin:
    command, *words = line.rstrip("\n").split("\t")
    if command in ("create", "append"):
        _, seconds, processor = timed(1, lambda: globals()[command](*words))
    else:
        repeats, query, answer = words
        found, seconds, processor = timed(int(repeats), {"rows": rows, "table": table}[command](query))
        with open(answer, "w") as file:
            file.writelines(one + "\n" for one in lines_of(found))
        del found
    print(f"= {seconds}\t{processor}", flush=True)
