// Pages as pictures of 64 by 64 cells, sixteen greys each, against pictures.txt.
//
// Fonts differ between machines, so letters cannot be compared, only where there is what: the picture of the window
// is drawn down until a cell holds a few letters; ink is how far a cell is from the page's ground (the grey that
// most cells have), and pictures are as far apart as their blurred ink differs, in parts of all ink of both: 0 the
// same, 1 nothing in common.  A ground that differs is 1.  LIMIT is what is still the same page.  Beside each page two
// others are made of it, so that the limit means something: without its style sheet it must be over; how far it is in
// other fonts is printed.  What this sees is a page that fell apart: no style, no picture, a column lost, a bar
// over the text.  It does not see a wrong word.
import { readFileSync, writeFileSync } from 'node:fs';
import { ask, done, launch, note, ok, settle, task } from './browser.mjs';

const LIMIT = 0.4, SIDE = 64, FULL = 0.4;      // ink over FULL counts as FULL
const STORE = new URL('pictures.txt', import.meta.url);
const PAGES = [['case', '/'], ['case', '/measures'], ['case', '/findings'], ['case', '/claims'], ['case', '/evidence'], ['case', '/report'],
        ['case', '/charts'], ['case', '/ledger'], ['theft', '/trace'], ['transfer', '/ships']];
const WAYS = [{ way: 'wide, light', width: 1280, height: 900, scheme: 'light' }, { way: 'narrow, dark', width: 360, height: 740, scheme: 'dark' }];
const FONTS = '*{font-family:monospace!important}';

// pictures.txt: "= NAME", a line with the ground's grey (0 black, 15 white), then SIDE lines of SIDE hex digits of ink.
function read() {
        let text = '';
        try { text = readFileSync(STORE, 'utf8'); } catch { /* none yet */ }
        return new Map(text.split(/^= /m).slice(1).map(part => {
                const [name, ground, ...lines] = part.trim().split('\n');
                return [name, { ground: Number(ground) / 15, ink: [...lines.join('')].map(c => parseInt(c, 16) / 15) }];
        }));
}

function write(pictures) {
        const rows = ink => Array.from({ length: SIDE }, (_, y) => ink.slice(y * SIDE, (y + 1) * SIDE).map(c => Math.round(c * 15).toString(16)).join(''));
        writeFileSync(STORE, [...pictures].map(([name, p]) => `= ${name}\n${Math.round(p.ground * 15)}\n${rows(p.ink).join('\n')}\n`).join(''));
}

// In a page of its own: a PNG drawn down to greys, 0 to 1.
async function shrink({ png, side }) {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
        const canvas = new OffscreenCanvas(side, side), to = canvas.getContext('2d', { willReadFrequently: true });
        let from = bitmap;
        for (let w = bitmap.width, h = bitmap.height; w > 2 * side || h > 2 * side;) {          // by halves, so that each point counts
                w = Math.max(side, w >> 1), h = Math.max(side, h >> 1);
                const half = new OffscreenCanvas(w, h);
                half.getContext('2d').drawImage(from, 0, 0, w, h);
                from = half;
        }
        to.drawImage(from, 0, 0, side, side);
        const rgba = to.getImageData(0, 0, side, side).data;
        return Array.from({ length: side * side }, (_, i) => (0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]) / 255);
}

// Each cell with its neighbours: a line that wraps a word later is still near.
function blur(cells) {
        return cells.map((_, i) => {
                const x = i % SIDE, y = (i - x) / SIDE;
                let sum = 0, n = 0;
                for (let v = Math.max(0, y - 2); v <= Math.min(SIDE - 1, y + 2); v++)
                        for (let u = Math.max(0, x - 2); u <= Math.min(SIDE - 1, x + 2); u++) sum += cells[v * SIDE + u], n++;
                return sum / n;
        });
}

function inked(greys) {
        const ground = [...greys].sort((a, b) => a - b)[greys.length >> 1];
        return { ground, ink: greys.map(g => Math.min(1, Math.abs(g - ground) / FULL)) };
}

function apart(a, b) {
        if (Math.abs(a.ground - b.ground) > 0.1) return 1;
        const left = blur(a.ink), right = blur(b.ink), sum = cells => cells.reduce((s, c) => s + c, 0);
        return sum(left.map((c, i) => Math.abs(c - right[i]))) / (sum(left) + sum(right) || 1);
}

const browser = await launch(), desk = await (await browser.newContext()).newPage();

async function picture(page) {
        const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
        return inked(await desk.evaluate(shrink, { png: png.toString('base64'), side: SIDE }));
}

async function compare(name, page, stored) {
        const now = await picture(page), far = stored ? apart(now, stored) : 1;
        if (!task.bless)
                ok(far <= LIMIT, `${name}: looks as it did`, stored ? `${far.toFixed(3)} apart, over ${LIMIT}` : 'no picture is stored: EMBARGO_BLESS=1');
        await page.addStyleTag({ content: FONTS });
        const fonts = apart(await picture(page), now);
        await page.evaluate(() => document.querySelectorAll('link[rel=stylesheet], style').forEach(n => n.remove()));
        const bare = apart(await picture(page), now);
        ok(bare > LIMIT, `${name}: and would not without its style`, `${bare.toFixed(3)} apart`);
        note(`${name}: ${far.toFixed(3)} from what is stored, ${fonts.toFixed(3)} in other fonts, ${bare.toFixed(3)} without style`);
        return now;
}

const before = read(), after = new Map();
for (const [server, address] of PAGES) {
        const { url } = task.servers.find(s => s.name === server);
        const answer = await ask(url + address);
        if (answer.status === 404 && ![...before.keys()].some(name => name.startsWith(`${server} ${address},`))) {
                ok(true, `${server} ${address} # SKIP this build has no such page`);
                continue;
        }
        for (const { way, width, height, scheme } of WAYS) {
                const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, bypassCSP: true, reducedMotion: 'reduce' });
                const page = await context.newPage(), name = `${server} ${address}, ${way}`;
                await page.goto(url + address, { waitUntil: 'load' });
                await settle(page);
                after.set(name, await compare(name, page, before.get(name)));
                await context.close();
        }
}
if (task.bless) write(after);
await browser.close();
done();
