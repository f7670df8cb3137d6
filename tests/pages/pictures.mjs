// Pages as pictures, against pictures.txt.
//
// What is kept of a window: how light it is, in cells of some ten by ten pixels; its colour, in larger ones; and where its headings,
// tables, figures and forms stand.  Cells are blurred a little, so that how a machine smooths letters does not count, and
// compared in blocks: far apart is the block that differs most, not the whole, so that one panel that is gone, moved or
// of another colour is seen on a page where all else is the same.  LIMITS say how much is still the same page.
//
// Fonts differ between machines, and with them where each line ends.  So pictures.txt holds how wide some words are in the
// fonts it was made with; where they are as wide, pages must look the same, else (it is said, and counted) only as a
// whole, up to ROUGH: a page that fell apart.  EMBARGO_BLESS=1 writes pictures.txt anew; look at each page first.
//
// That it sees what it should is tried on some of the pages themselves: a panel hidden, a panel moved by a column's gap, links of
// another colour, the other scheme of light and dark, a line that runs out of its box, no style at all: each must be over the
// limits; and drawn a third of a pixel beside where it was, under them.
import { readFileSync, writeFileSync } from 'node:fs';
import { ask, done, launch, note, ok, settle, task } from './browser.mjs';

const COLUMNS = 128, ROWS = 96, PER_COLOUR = 4, BLOCK = 8;
const LIMITS = { light: 0.035, colour: 0.02, box: 3 }, ROUGH = 0.4;
const STORE = new URL('pictures.txt', import.meta.url);
const PAGES = [['case', '/'], ['case', '/measures'], ['case', '/findings'], ['case', '/claims'], ['case', '/evidence'], ['case', '/report'],
        ['case', '/charts'], ['case', '/ledger'], ['theft', '/trace'], ['transfer', '/ships']];
const TRIED = ['case /', 'case /evidence', 'transfer /ships'];
const WAYS = [{ way: 'wide, light', width: 1280, height: 900, scheme: 'light' }, { way: 'narrow, dark', width: 360, height: 740, scheme: 'dark' }];

// ---- pictures.txt: "= NAME", then rows of hex digits: the lightness of each cell (0 black, f white), '"' for a row as the one before;
// "~ " and four digits of each larger cell, how far red, then blue, are from green; then the boxes, "- WHAT X Y WIDTH HEIGHT".

const hex = (n, digits) => Math.max(0, Math.min(16 ** digits - 1, Math.round(n))).toString(16).padStart(digits, '0');
const rowsOf = (cells, n) => Array.from({ length: cells.length / n }, (_, i) => cells.slice(i * n, (i + 1) * n));

function read() {
        let text = '';
        try { text = readFileSync(STORE, 'utf8'); } catch { /* none yet */ }
        const [head, ...parts] = text.split(/^= /m);
        return { fonts: head.trim(), of: new Map(parts.map(part => {
                const [name, ...lines] = part.trimEnd().split('\n'), light = [], colour = [], boxes = [];
                let last = '';
                for (const line of lines) {
                        if (line.startsWith('- ')) boxes.push(line.slice(2));
                        else if (line.startsWith('~ ')) colour.push(...line.slice(2).match(/../g).map(h => parseInt(h, 16)));
                        else light.push(...[...(last = line === '"' ? last : line)].map(h => parseInt(h, 16)));
                }
                return [name, { light, colour, boxes }];
        })) };
}

function write(fonts, pictures) {
        const part = ([name, p]) => {
                const light = rowsOf(p.light, COLUMNS).map(row => row.map(n => hex(n, 1)).join(''));
                const colour = rowsOf(p.colour, 2 * COLUMNS / PER_COLOUR).map(row => `~ ${row.map(n => hex(n, 2)).join('')}`);
                return [`= ${name}`, ...light.map((row, i) => (i && row === light[i - 1] ? '"' : row)), ...colour, ...p.boxes.map(b => `- ${b}`)].join('\n');
        };
        writeFileSync(STORE, `${fonts}\n${[...pictures].map(part).join('\n')}\n`);
}

// ---- seeing: these four run in a browser's page -------------------------------------------------------------------

// A PNG drawn down, by halves so that each point counts: rounded as it is kept, so that what is compared was rounded alike.
async function shrink({ png, columns, rows, per }) {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
        const down = (w, h) => {
                let from = bitmap;
                for (let v = bitmap.width, u = bitmap.height; v > w || u > h;) {
                        v = v > 2 * w ? v >> 1 : w, u = u > 2 * h ? u >> 1 : h;
                        const half = new OffscreenCanvas(v, u), to = half.getContext('2d', { willReadFrequently: true });
                        to.imageSmoothingQuality = 'high';
                        to.drawImage(from, 0, 0, v, u);
                        from = half;
                }
                return from.getContext('2d').getImageData(0, 0, w, h).data;
        };
        const fine = down(columns, rows), coarse = down(columns / per, rows / per), light = [], colour = [];
        for (let i = 0; i < fine.length; i += 4) light.push(Math.round((0.299 * fine[i] + 0.587 * fine[i + 1] + 0.114 * fine[i + 2]) / 17));
        for (let i = 0; i < coarse.length; i += 4) colour.push(...[coarse[i], coarse[i + 2]].map(c => Math.round(128 + (c - coarse[i + 1]) / 2)));
        return { light, colour };
}

// Where things stand in the window, and how many run out of their box.
function boxesOf() {
        const all = [...document.querySelectorAll('header, nav, main, footer, h1, h2, h3, figure, table, form, fieldset, aside, .on-wide, .on-narrow, main > *')];
        const boxes = [];
        for (const node of all) {
                const r = node.getBoundingClientRect();
                if (r.width < 1 || r.height < 1 || r.top > innerHeight || boxes.length === 80) continue;
                boxes.push([node.localName, ...[r.x, r.y, r.width, r.height].map(Math.round)].join(' '));
        }
        const spills = [...document.querySelectorAll('main *')].filter(n => {
                const style = getComputedStyle(n);
                return n.scrollWidth > n.clientWidth + 1 && n.clientWidth && style.overflowX === 'visible' && style.display !== 'inline';
        }).length;
        return [...boxes, `spills ${spills} 0 0 0`];
}

function fontsHere() {
        const pen = new OffscreenCanvas(8, 8).getContext('2d');
        return ['sans-serif', 'serif', 'monospace', 'system-ui'].map(family => {
                pen.font = `16px ${family}`;
                return `${family} ${pen.measureText('Sphinx of black quartz, judge my vow: 0123456789').width.toFixed(1)}`;
        }).join(', ');
}

// ---- comparing --------------------------------------------------------------------------------------------------

function blur(cells, columns, reach) {
        const rows = cells.length / columns;
        return cells.map((_, i) => {
                const x = i % columns, y = (i - x) / columns;
                let sum = 0, n = 0;
                for (let v = Math.max(0, y - reach); v <= Math.min(rows - 1, y + reach); v++)
                        for (let u = Math.max(0, x - reach); u <= Math.min(columns - 1, x + reach); u++) sum += cells[v * columns + u], n++;
                return sum / n;
        });
}

// The block that differs most: how much, in parts of the whole scale, and where.
function worst(a, b, columns, block, scale) {
        const rows = a.length / columns;
        let most = { far: 0, x: 0, y: 0 };
        for (let y = 0; y < rows; y += block)
                for (let x = 0; x < columns; x += block) {
                        let sum = 0, n = 0;
                        for (let v = y; v < Math.min(rows, y + block); v++)
                                for (let u = x; u < Math.min(columns, x + block); u++) sum += Math.abs(a[v * columns + u] - b[v * columns + u]), n++;
                        if (sum / n / scale > most.far) most = { far: sum / n / scale, x: x / columns, y: y / rows };
                }
        return most;
}

function moved(a, b) {
        if (a.length !== b.length) return [`${a.length} boxes, not ${b.length}`];
        return a.flatMap((line, i) => {
                const [what, ...at] = line.split(' '), [other, ...was] = b[i].split(' ');
                const far = what !== other || at.some((n, k) => Math.abs(n - was[k]) > (what === 'spills' ? 0 : LIMITS.box));
                return far ? [`${line}, which was ${b[i]}`] : [];
        });
}

// What is different, in words; nothing where the pages look the same.
function apart(now, then) {
        const light = worst(blur(now.light, COLUMNS, 1), blur(then.light, COLUMNS, 1), COLUMNS, BLOCK, 15);
        const even = p => [0, 1].map(k => p.colour.filter((_, i) => i % 2 === k));
        const [red, blue] = even(now).map((plane, k) => worst(plane, even(then)[k], COLUMNS / PER_COLOUR, 2, 255));
        const place = w => `${Math.round(100 * w.x)} % from the left, ${Math.round(100 * w.y)} % from the top`, why = [];
        if (light.far > LIMITS.light) why.push(`lightness is ${light.far.toFixed(3)} apart, over ${LIMITS.light}, ${place(light)}`);
        for (const [name, w] of [['red', red], ['blue', blue]]) if (w.far > LIMITS.colour) why.push(`${name} is ${w.far.toFixed(3)} apart, over ${LIMITS.colour}, ${place(w)}`);
        why.push(...moved(now.boxes, then.boxes).slice(0, 3));
        return { why, light: light.far, colour: Math.max(red.far, blue.far) };
}

// With other fonts: ink, by how far a cell is from the ground that most have, of the pages as a whole; 0 the same, 1 nothing in common.
function roughly(now, then) {
        const ink = p => {
                const ground = [...p.light].sort((a, b) => a - b)[p.light.length >> 1];
                return blur(p.light.map(n => Math.min(1, Math.abs(n - ground) / 6)), COLUMNS, 4);
        };
        const a = ink(now), b = ink(then), sum = cells => cells.reduce((s, c) => s + c, 0);
        return sum(a.map((c, i) => Math.abs(c - b[i]))) / (sum(a) + sum(b) || 1);
}

// ---- looking ----------------------------------------------------------------------------------------------------

const browser = await launch(), desk = await (await browser.newContext()).newPage();

async function picture(page) {
        await settle(page);
        const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
        return { ...await desk.evaluate(shrink, { png: png.toString('base64'), columns: COLUMNS, rows: ROWS, per: PER_COLOUR }), boxes: await page.evaluate(boxesOf) };
}

// The largest panel that is whole in the window: marked, for the style sheets below.
function mark() {
        const area = r => r.width * r.height, fits = r => r.top >= 0 && r.top < innerHeight * 0.8 && r.height < innerHeight && area(r) < 0.6 * innerWidth * innerHeight;
        const seen = n => { const r = n.getBoundingClientRect(); return n.contains(document.elementFromPoint(r.x + r.width / 2, r.y + Math.min(r.height, 40) / 2)); };
        const all = [...document.querySelectorAll('main figure, main table, main form, main section, main dl, main ul, main ol, main p')]
                .filter(n => fits(n.getBoundingClientRect()) && seen(n)).sort((a, b) => area(b.getBoundingClientRect()) - area(a.getBoundingClientRect()));
        all[0]?.setAttribute('data-marked', '');
        document.querySelector('main p')?.setAttribute('data-line', '');
        return Boolean(all[0]);
}

const CHANGES = [
        ['a panel hidden', '[data-marked]{visibility:hidden!important}'],
        ['a panel moved by 24 pixels', '[data-marked]{transform:translateX(24px)!important}'],
        ['links of another colour', 'a,a *{color:#c00!important;fill:#c00!important}'],
        ['a line that runs out of its box', '[data-line]{width:50%!important;white-space:nowrap!important}'],
];

async function tryOut(page, name, now, scheme) {
        ok(await page.evaluate(mark), `${name}: there is a panel to try it with`);
        for (const [what, style] of CHANGES) {
                const tag = await page.addStyleTag({ content: style });
                const seen = apart(await picture(page), now);
                ok(seen.why.length, `${name}: ${what} would be seen`, `${seen.light.toFixed(3)} and ${seen.colour.toFixed(3)} apart`);
                note(`${name}: ${what}: ${seen.light.toFixed(3)} and ${seen.colour.toFixed(3)} apart`);
                await tag.evaluate(n => n.remove());
        }
        await page.emulateMedia({ colorScheme: scheme === 'dark' ? 'light' : 'dark' });
        const other = apart(await picture(page), now);
        ok(other.light > LIMITS.light, `${name}: the other scheme would be seen`);
        await page.emulateMedia({ colorScheme: scheme });
        const tag = await page.addStyleTag({ content: 'body{transform:translate(0.3px,0.3px)}' });
        const half = apart(await picture(page), now);
        ok(!half.why.length, `${name}: a third of a pixel beside would not`, ...half.why);
        await tag.evaluate(n => n.remove());
        const bare = await page.evaluate(() => document.querySelectorAll('link[rel=stylesheet], style').forEach(n => n.remove())).then(() => picture(page));
        ok(apart(bare, now).why.length && roughly(bare, now) > ROUGH, `${name}: no style would be seen, whatever the fonts`, `${roughly(bare, now).toFixed(3)} apart`);
        note(`${name}: a third of a pixel beside ${half.light.toFixed(3)} and ${half.colour.toFixed(3)}`);
}

const before = read(), after = new Map(), fonts = `fonts: ${await desk.evaluate(fontsHere)}`;
const alike = before.fonts === fonts || task.bless;
if (!alike) note(`SKIPPED LOUDLY: pictures.txt was made with other fonts (${before.fonts}; here ${fonts}), so pages are compared as a whole only`);
for (const [server, address] of PAGES) {
        const { url } = task.servers.find(s => s.name === server);
        const answer = await ask(url + address);
        if (answer.status === 404 && ![...before.of.keys()].some(name => name.startsWith(`${server} ${address},`))) {
                ok(true, `${server} ${address} # SKIP this build has no such page`);
                continue;
        }
        for (const { way, width, height, scheme } of WAYS) {
                const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, bypassCSP: true, reducedMotion: 'reduce' });
                const page = await context.newPage(), name = `${server} ${address}, ${way}`;
                await page.goto(url + address, { waitUntil: 'load' });
                const now = await picture(page), then = before.of.get(name);
                after.set(name, now);
                if (!then && !task.bless) ok(false, `${name}: looks as it did`, 'no picture is stored: EMBARGO_BLESS=1');
                else if (!task.bless && alike) {
                        const seen = apart(now, then);
                        ok(!seen.why.length, `${name}: looks as it did`, ...seen.why);
                        note(`${name}: lightness ${seen.light.toFixed(3)}, colour ${seen.colour.toFixed(3)} from what is stored`);
                } else if (!task.bless) ok(roughly(now, then) <= ROUGH, `${name}: looks as it did, but for its fonts`, `${roughly(now, then).toFixed(3)} apart, over ${ROUGH}`);
                if (TRIED.includes(`${server} ${address}`)) await tryOut(page, name, now, scheme);
                await context.close();
        }
}
if (task.bless) write(fonts, after);
await browser.close();
done();
