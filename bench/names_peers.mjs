// Asks the questions of bench/names_peers of what npm has.
//
//     node names_peers.mjs FOLDER fuzzball SCORER|fuse.js|ofac  LIST QUESTIONS BUDGET >ANSWERS
//
// FOLDER holds node_modules.  LIST has lines of entry and name, QUESTIONS of anything and name; an answer is a line of
// microseconds, then entry and score (0 to 1) of the best five.  After BUDGET seconds no more is asked.  What can be prepared
// once (folding the list's names, fuse.js' index) is done before the clock starts.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [folder, which, ...rest] = process.argv.slice(2);
const [list, questions, budget] = rest.slice(-3);
const need = createRequire(folder + '/');

const FIVE = 5;
const NAMES = 60;       // best names looked at until five entries are found: an entry may have many

const rowsOf = path => readFileSync(path, 'utf8').split('\n').filter(line => line)
        .map(line => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]);
const rows = rowsOf(list);

function bestEntries(found) {   // of [entry, score], best first: the best score of each of the first five entries
        const best = new Map();
        for (const [entry, score] of found)
                if (!best.has(entry))
                        best.set(entry, score);
        return [...best].slice(0, FIVE);
}

function fuzzball(scorer) {
        const fuzz = need('fuzzball');
        const names = rows.map(([entry, name]) => ({ entry, folded: fuzz.full_process(name) }));
        const options = { scorer: fuzz[scorer], processor: one => one.folded, full_process: false, limit: NAMES };
        return name => bestEntries(fuzz.extract(fuzz.full_process(name), names, options)
                .map(([one, score]) => [one.entry, score / 100]));
}

function fuse() {
        const Fuse = need('fuse.js');
        const index = new (Fuse.default ?? Fuse)(rows.map(([entry, name]) => ({ entry, name })), { keys: ['name'], includeScore: true });
        return name => bestEntries(index.search(name, { limit: NAMES }).map(found => [found.item.entry, 1 - found.score]));
}

// ofac reads the Treasury's XML anew for each question and compares given names and surname for equality.  It gets the same
// persons as such a file, in the order of the Treasury's list; of a name and of a question the last word is the surname.
function ofac() {
        const parts = name => [name.trim().replace(/\s*\S+$/, ''), name.trim().replace(/^.*\s/, '')];
        const text = word => word.replace(/&/g, '&amp;').replace(/</g, '&lt;');
        const element = name => `<firstName>${text(parts(name)[0])}</firstName><lastName>${text(parts(name)[1])}</lastName>`;
        const entries = new Map();
        for (const [entry, name] of rows)
                entries.set(entry, [...entries.get(entry) ?? [], name]);
        writeFileSync(folder + '/sdn.xml', '<sdnList>\n' + [...entries].map(([entry, [first, ...others]]) =>
                `<sdnEntry>\n<uid>${text(entry)}</uid>${element(first)}<sdnType>Individual</sdnType>\n`
                + (others.length ? `<akaList>${others.map(name => `<aka>${element(name)}</aka>`).join('')}</akaList>\n` : '')
                + '</sdnEntry>\n').join('') + '</sdnList>\n');
        const search = need('ofac').search;
        return async name => bestEntries((await search({ firstName: parts(name)[0], lastName: parts(name)[1] }, folder + '/sdn.xml'))
                .map(found => [found.uid, 1]));
}

const ask = { fuzzball, 'fuse.js': fuse, ofac }[which](rest[0]);
const ends = performance.now() + 1e3 * budget;
for (const [, name] of rowsOf(questions)) {
        const began = performance.now();
        const found = await ask(name);
        const took = performance.now() - began;
        console.log([(1e3 * took).toFixed(1), ...found.map(([entry, score]) => `${entry}\t${score.toFixed(6)}`)].join('\t'));
        if (performance.now() > ends)
                break;
}
