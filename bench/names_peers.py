"""Asks the questions of bench/names_peers of what Python reaches.

    names_peers.py rapidfuzz SCORER|logic-v2|watchman ADDRESS  LIST QUESTIONS BUDGET >ANSWERS

LIST has lines of entry and name, QUESTIONS of anything and name; an answer is a line of microseconds, then entry and score
(0 to 1) of the best five.  After BUDGET seconds no more is asked.  What can be prepared once (folding the list's names, making
the entities) is done before the clock starts.
"""
import json
import sys
import time
import urllib.parse
import urllib.request

FIVE = 5
NAMES = 60          # best names looked at until five entries are found: an entry may have many
CANDIDATES = 50     # entries that logic-v2 compares: yente's ten for each result that is wanted


def best_entries(found):
    """Of (entry, score), best first: the best score of each of the first five entries."""
    best = {}
    for entry, score in found:
        best.setdefault(entry, score)
    return list(best.items())[:FIVE]


class Rapidfuzz:
    def __init__(self, scorer, rows):
        from rapidfuzz import fuzz, process, utils
        self.fold, self.extract, self.scorer = utils.default_process, process.extract, getattr(fuzz, scorer)
        self.entry = [entry for entry, _ in rows]
        self.name = [self.fold(name) for _, name in rows]

    def candidates(self, name, limit):
        found = self.extract(self.fold(name), self.name, scorer=self.scorer, processor=None, limit=limit)
        return [(self.entry[i], score / 100) for _, score, i in found]

    def ask(self, name):
        return best_entries(self.candidates(name, NAMES))


class LogicV2:
    """The matcher compares two entities and finds none: its candidates are rapidfuzz's, as Elasticsearch's are yente's."""

    def __init__(self, rows):
        from followthemoney import model
        from nomenklatura.matching import LogicV2 as matcher
        self.person = lambda id, names: model.get_proxy({'id': id, 'schema': 'Person', 'properties': {'name': names}})
        self.blocks, self.compare, self.config = Rapidfuzz('token_set_ratio', rows), matcher.compare, matcher.default_config()
        names = {}
        for entry, name in rows:
            names.setdefault(entry, []).append(name)
        self.entity = {entry: self.person(entry, its) for entry, its in names.items()}
        self.asked = 0
        self.ask('Nobody At All')       # loads its tables, ten seconds

    def ask(self, name):
        self.asked += 1
        query = self.person('question-%d' % self.asked, [name])         # its names are kept by id: each needs its own
        entries = dict.fromkeys(entry for entry, _ in self.blocks.candidates(name, 4 * CANDIDATES))
        scored = [(entry, self.compare(query, self.entity[entry], self.config).score) for entry in list(entries)[:CANDIDATES]]
        return best_entries(sorted(scored, key=lambda one: -one[1]))


class Watchman:
    """A watchman that runs; it numbers entries in its own way, so they are told by their name."""

    def __init__(self, address, rows):
        self.address = address
        self.entries = {}
        for entry, name in rows:
            self.entries.setdefault(' '.join(name.upper().split()), []).append(entry)

    def ask(self, name):
        query = urllib.parse.urlencode({'name': name, 'type': 'person', 'limit': FIVE, 'minMatch': 0.5})
        with urllib.request.urlopen(self.address + '/v2/search?' + query, timeout=60) as answer:
            found = json.load(answer).get('entities') or []
        return best_entries((entry, one['match']) for one in found
                            for entry in self.entries.get(' '.join(one['name'].upper().split()), [one['name']]))


def rows_of(path):
    with open(path, encoding='utf-8', newline='\n') as file:
        return [tuple(line.rstrip('\n').split('\t', 1)) for line in file]


def main():
    *which, listed, questions, budget = sys.argv[1:]
    rows = rows_of(listed)
    peer = {'rapidfuzz': Rapidfuzz, 'logic-v2': LogicV2, 'watchman': Watchman}[which[0]](*which[1:], rows)
    ends = time.monotonic() + float(budget)
    for _, name in rows_of(questions):
        began = time.perf_counter()
        found = peer.ask(name)
        took = time.perf_counter() - began
        print('\t'.join(['%.1f' % (1e6 * took)] + ['%s\t%.6f' % one for one in found]))
        if time.monotonic() > ends:
            break


main()
