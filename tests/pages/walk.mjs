// Walks every page of each server and looks at it in four ways: with JavaScript wide and light, and narrow and dark;
// without, narrow and light, and wide and dark.  In each: no error, nothing from another host, one heading, no
// scrolling sideways; axe judges all but the last, whose colours the second has shown.
//
// Which pages there are is asked from the server (/openapi.json) and found by following links; `more` adds
// addresses that no link leads to.  A page with a part in its route ({id}) that nothing led to fails the test,
// so that a new page cannot be left out by mistake.
import { ask, axeSource, done, launch, note, ok, settle, task } from './browser.mjs';

const OF_A_KIND = { case: 2 };  // addresses of one route and one set of names in the query that are looked at; else 1
const MOST = { case: 100 };     // addresses of one server that are looked at; else 30
const LINKS = 12;               // of a kind, beyond those, that are asked without a browser
const TABS = 60;                // steps of the tab key

// What answers programs, and files; all others are pages.
const API = /^\/(openapi\.json|search\/|entities\/|catalog|manifest|algorithms|healthz|readyz|reconcile\/|v2\/|ui\/)/;

// Addresses that no page links to: states that somebody types, and errors.
const more = {
        case: ['/nothing-here', '/findings/no-such', '/screen?q=Constructed', '/screen?q=%3Cscript%3Ealert(1)%3C/script%3E', '/?known=2022-03-01',
                '/findings?known=2021-01-01', '/measures?known=nonsense', '/sql?q=select%201', '/doctor?known=2022-03-01', '/why/s1',
                '/screen?q=Kang%20Mun%20Sik', '/screen?q=Anna%20Berg'],
        theft: ['/trace', '/ships'], transfer: ['/ships', '/trace'], lists: ['/lists', '/docs', '/nothing-here'],
};

// Nothing leads there before a form has been sent: tests/serve looks at them.
const AFTER_A_FORM = ['/add/{id}', '/work/{id}'];

const kinds = new Map();        // "/findings/{id}?known" -> addresses that were looked at, over all servers
const wanted = new Set();       // routes with a part

function router(spec) {
        const routes = Object.keys(spec.paths).filter(path => spec.paths[path].get && !API.test(path) && !/\.(json|csv)$/.test(path))
                .sort((a, b) => b.length - a.length);          // "/evidence/{id}/bytes" before "/evidence/{id}"
        const patterns = routes.map(path => [path, new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}$/, '.+').replace(/\{\w+\}/g, '[^/]+')}$`)]);
        return {
                plain: routes.filter(path => !path.includes('{')),
                parts: routes.filter(path => path.includes('{')),
                of: path => (patterns.find(([p]) => p === path) ?? patterns.find(([, like]) => like.test(path)) ?? ['?'])[0],
        };
}

function kindOf(route, url) {
        const names = [...new Set(url.searchParams.keys())].sort();
        return route + (names.length ? `?${names}` : '');
}

// ---- what is looked at --------------------------------------------------------------------------------------

function watch(page, server) {
        const wrong = [];
        page.on('console', m => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) wrong.push(`console: ${m.text()}`); });
        page.on('pageerror', e => wrong.push(`script: ${e.message}`));
        page.on('requestfailed', r => { if (!/ERR_ABORTED/.test(r.failure()?.errorText ?? '')) wrong.push(`failed: ${r.url()}`); });
        page.on('request', r => {
                const to = new URL(r.url());
                if (!['data:', 'blob:'].includes(to.protocol) && to.origin !== server.url) wrong.push(`goes to another host: ${to.origin}`);
        });
        page.on('response', r => { if (r.status() >= 400 && r.request().resourceType() !== 'document') wrong.push(`${r.status()}: ${r.url()}`); });
        return wrong;
}

// In the page.
function structure(own) {
        const wrong = [], ids = new Set(), heads = document.querySelectorAll('h1').length;
        if (heads !== 1) wrong.push(`${heads} headings of the first level`);
        if (!document.title || document.documentElement.lang !== 'en') wrong.push('no title, or no language');
        for (const node of document.querySelectorAll('[id]'))
                ids.has(node.id) ? wrong.push(`two things have the id ${node.id}`) : ids.add(node.id);
        if (!own) for (const node of document.querySelectorAll('[style],script:not([src]),style:not([data-added])'))
                if (node.matches('script, style') || !document.querySelector('script[src]')) wrong.push(`${node.localName} with style or script of its own`);
        const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        if (over > 0) {
                const wide = [...document.querySelectorAll('main *, header *, footer *')].filter(n => n.getBoundingClientRect().right > innerWidth + 1)
                        .slice(0, 3).map(n => `${n.localName}.${n.getAttribute('class') ?? ''}`);
                wrong.push(`scrolls sideways by ${over} pixels at ${innerWidth}: ${wide.join(' ')}`);
        }
        return wrong.slice(0, 10);
}

async function judge(page, axe) {
        if (axe === 'no') return [];
        await page.evaluate(axeSource);
        return page.evaluate(async contrastOnly => {
                const found = await window.axe.run(document, { resultTypes: ['violations'], ...(contrastOnly
                        ? { runOnly: { type: 'rule', values: ['color-contrast', 'target-size', 'scrollable-region-focusable'] } }
                        : { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
                                rules: { 'heading-order': { enabled: true } } }) });
                return found.violations.map(v => `axe ${v.id}: ${v.help}: ${v.nodes.length} x ${v.nodes[0].target} ${v.nodes[0].html.slice(0, 120)}`
                        + ` (${v.nodes[0].any.concat(v.nodes[0].all)[0]?.message ?? ''})`);
        }, axe === 'colours');
}

// One of the ways of looking: what is wrong.
async function lookOne({ page, name, wrong: heard, axe, scripts }, server, address, seen) {
        const wrong = [];
        heard.length = 0;
        await scripts?.(false);
        const answer = await page.goto(server.url + address, { waitUntil: 'load' });
        // The report has a style and a script of its own, each named by its hash in its policy.
        const own = /'sha256-/.test(answer?.headers()['content-security-policy'] ?? '');
        const status = answer?.status() ?? 0, type = answer?.headers()['content-type'] ?? '';
        if (!type.startsWith('text/html')) return [`${name}: a page that is ${type}`];
        if (status >= 500 || (status >= 400) !== Boolean(seen.error)) wrong.push(`status ${status}`);
        await scripts?.(true);          // the page has been read without; what judges it needs them
        await settle(page);
        wrong.push(...await page.evaluate(structure, own), ...await judge(page, axe), ...heard);
        return wrong.map(w => `${name}: ${w}`);
}

// All four at once: each is a process of the browser's, and most of their time is not the server's.
async function look(pages, server, address, seen) {
        const wrong = (await Promise.all(pages.map(p => lookOne(p, server, address, seen).catch(e => [`${p.name}: ${e.message}`])))).flat();
        const links = await pages[0].page.evaluate(() => [...document.querySelectorAll('a[href]')].map(a => a.href instanceof SVGAnimatedString
                ? new URL(a.href.baseVal, location.href).href : a.href));
        return { wrong, links };
}

// ---- by keyboard -----------------------------------------------------------------------------------------------

// In the page: what the tab key must reach, in the order of the source; of radio buttons of one name, one.
function stops() {
        const seen = new Set();
        window.stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(n => {
                if (n.disabled || n.type === 'hidden' || n.tabIndex < 0 || !n.checkVisibility({ visibilityProperty: true })) return false;
                if (n.type !== 'radio' || !n.name) return true;
                const group = [...document.getElementsByName(n.name)];
                return n.checked || (!group.some(o => o.checked) && !seen.has(n.name) && seen.add(n.name));
        });
        window.stops.forEach((n, i) => { n.dataset.stop = i; });
        return window.stops.length;
}

function where() {
        const n = document.activeElement, style = getComputedStyle(n), box = n.getBoundingClientRect();
        const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
        return { stop: n.dataset?.stop === undefined ? -1 : Number(n.dataset.stop), what: `${n.localName} ${(n.textContent || n.name || '').trim().slice(0, 30)}`,
                shown, inside: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight && box.width > 0 };
}

async function byKeyboard(page, server, address) {
        const wrong = [];
        await page.goto(server.url + address, { waitUntil: 'load' });
        await settle(page);
        const count = await page.evaluate(stops);
        let next = 0;
        for (let i = 0; i < TABS && next < count; i++) {
                await page.keyboard.press('Tab');
                const at = await page.evaluate(where);
                if (at.stop < 0 || at.stop === next - 1) continue;      // a scrolled region, or the next field of a date
                if (at.stop !== next) wrong.push(`the tab key goes to ${at.what} (${at.stop}) where ${next} was next`);
                if (!at.shown) wrong.push(`nothing shows that ${at.what} has the focus`);
                if (!at.inside) wrong.push(`${at.what} has the focus outside the window`);
                if (wrong.length > 3) break;
                next = at.stop + 1;
        }
        if (next < Math.min(count, TABS / 2)) wrong.push(`the tab key reached ${next} of ${count}`);
        await page.goto(server.url + address, { waitUntil: 'load' });
        await page.keyboard.press('Tab');
        const skip = await page.evaluate(where);
        if (!/skip/i.test(skip.what) || !skip.inside) wrong.push(`the first stop is ${skip.what}, not a visible way to the text`);
        await page.keyboard.press('Enter');
        if (!await page.evaluate(() => location.hash === '#main' && Boolean(document.querySelector('main#main')))) wrong.push('the way to the text does not lead there');
        return wrong;
}

// ---- one server ---------------------------------------------------------------------------------------------------

async function openPages(browser, server) {
        const looks = [{ name: 'wide, light', js: true, width: 1280, height: 900, scheme: 'light', axe: 'all' },
                { name: 'narrow, dark', js: true, width: 360, height: 740, scheme: 'dark', axe: 'colours' },
                { name: 'no JavaScript, narrow, light', js: false, width: 360, height: 740, scheme: 'light', axe: 'all' },
                { name: 'no JavaScript, wide, dark', js: false, width: 1280, height: 900, scheme: 'dark', axe: 'no' }];
        return Promise.all(looks.map(async l => {
                const context = await browser.newContext({ viewport: { width: l.width, height: l.height }, colorScheme: l.scheme });
                const page = await context.newPage();
                const cdp = l.js ? null : await context.newCDPSession(page);
                const scripts = cdp && (on => cdp.send('Emulation.setScriptExecutionDisabled', { value: !on }));
                return { ...l, page, scripts, wrong: watch(page, server) };
        }));
}

// A link that is not looked at in the browser answers, and as what it says it is.
async function follow(server, address) {
        const answer = await ask(server.url + address), type = answer.headers.get('content-type') ?? '', text = await answer.text();
        if (answer.status >= 400) return `status ${answer.status}`;
        const ending = new URL(server.url + address).pathname.match(/\.(json|csv)$/)?.[1];
        if (ending === 'csv' && !type.startsWith('text/csv')) return `a .csv that is ${type}`;
        if (ending === 'json')
                try { JSON.parse(text); } catch (e) { return `not JSON: ${e.message}`; }
        return null;
}

async function walk(browser, server) {
        const route = router(await (await ask(`${server.url}/openapi.json`)).json());
        const pages = await openPages(browser, server), dead = [], given = more[server.name] ?? [];
        const queue = [], asked = new Map(), inQueue = new Map();
        const ofAKind = OF_A_KIND[server.name] ?? 1, most = MOST[server.name] ?? 30;
        let looked = 0, followed = 0, left = 0;
        route.parts.forEach(path => wanted.add(path));

        const meet = async (address, from, always) => {
                const url = new URL(address, server.url);
                if (url.origin !== server.url) return;
                const to = url.pathname + url.search;
                if (asked.has(to)) return;
                asked.set(to, from);
                const data = /\.(json|csv)$/.test(url.pathname) || API.test(url.pathname);
                const kind = kindOf(data ? url.pathname.replace(/[^/]*\.(json|csv)$/, '*.$1') : route.of(url.pathname), url), n = inQueue.get(kind) ?? 0;
                inQueue.set(kind, n + 1);
                if (!data && (always || n < ofAKind)) queue.push(to);
                else if (n < ofAKind + LINKS) {
                        const why = await follow(server, to);
                        followed++;
                        if (why) dead.push(`${from} links to ${to}: ${why}`);
                } else left++;
        };

        // Routes that nobody has looked at come first; on the other servers, what links lead to is enough.
        const nextOf = () => {
                const fresh = queue.findIndex(a => !kinds.has(route.of(new URL(a, server.url).pathname)));
                return queue.splice(Math.max(fresh, 0), 1)[0];
        };
        for (const address of [...given, ...(server.name === 'case' ? route.plain : ['/'])]) await meet(address, 'the test', true);
        while (queue.length && looked < most) {
                const address = nextOf(), first = await ask(server.url + address);
                const type = first.headers.get('content-type') ?? '', path = route.of(new URL(address, server.url).pathname);
                await first.arrayBuffer();
                if (first.status >= 300 && first.status < 400) { await meet(first.headers.get('location'), address); continue; }
                if (!type.startsWith('text/html')) {            // a document of the case: a picture, a file as it was taken
                        ok(first.status < 400 || (first.status === 404 && asked.get(address) === 'the test'), `${server.name} ${address}: is given as ${type.split(';')[0]}`, `status ${first.status}`);
                        kinds.set(path, (kinds.get(path) ?? 0) + 1);
                        continue;
                }
                const expected = given.includes(address) || asked.get(address) === 'the test';
                const { wrong, links } = await look(pages, server, address, { error: expected && first.status >= 400 && first.status < 500 })
                        .catch(e => ({ wrong: [e.message], links: [] }));
                if (!kinds.has(path) && path !== '?')
                        wrong.push(...(await byKeyboard(pages[0].page, server, address).catch(e => [e.message])).map(w => `keyboard: ${w}`));
                kinds.set(path, (kinds.get(path) ?? 0) + 1);
                looked++;
                ok(!wrong.length, `${server.name} ${address}: in order for all four`, `linked from ${asked.get(address)}`, ...wrong);
                if (first.status < 400)                 // a page of an error keeps what was wrong in its links
                        for (const link of links) await meet(link, address);
        }
        ok(!dead.length, `${server.name}: ${followed} more links all lead somewhere`, ...dead);
        note(`${server.name}: ${looked} pages looked at, ${followed} links asked, ${left + queue.length} of a kind already seen left out`);
        for (const { page } of pages) await page.context().close();
}

// ---- all of them, two at a time ---------------------------------------------------------------------------------------

const browser = await launch();
const left = [...task.servers];
await Promise.all([0, 1].map(async () => {
        for (let server; (server = left.shift());) await walk(browser, server);
}));
await browser.close();
const unseen = [...wanted].filter(path => !kinds.has(path) && !AFTER_A_FORM.includes(path));
ok(!unseen.length, 'every route of a page has been looked at', ...unseen.map(path => `no link leads to ${path}, and "more" in walk.mjs names no address of it`));
done();
