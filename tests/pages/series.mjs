// Dense series: one ship's life and the rows of a question, by mouse, by keys, without scripts, on paper.
import { axeSource, done, launch, ok, settle, task } from './browser.mjs';

const browser = await launch();
const server = Object.fromEntries(task.servers.map(s => [s.name, s.url]));

async function open(name, target, options = {}) {
        const page = await (await browser.newContext({ viewport: { width: 1200, height: 1000 }, ...options })).newPage();
        page.wrong = [];
        page.on('console', m => { if (m.type() === 'error' && !/status of 4/.test(m.text())) page.wrong.push(m.text()); });
        page.on('pageerror', e => page.wrong.push(e.message));
        page.on('request', r => { if (!r.url().startsWith(server[name]) && !/^(data|blob):/.test(r.url())) page.wrong.push(`asks ${r.url()}`); });
        await page.goto(server[name] + target);
        return page;
}
const ready = page => page.waitForSelector('#series[data-ready]', { timeout: 60000 });
const read = page => page.textContent('.series-read');
const span = async page => (await page.textContent('.series-span')).match(/^(\S+ \S+) UTC to (\S+ \S+) UTC/)?.slice(1).map(t => Date.parse(t.replace(' ', 'T') + 'Z') / 1000);
const value = page => page.getAttribute('.series-box', 'aria-valuetext');

const page = await open('transfer', '/ships/499000103');
await settle(page);
if (!await page.evaluate(() => Boolean(document.querySelector('script[src="/ui/series.js"]')))) {
        process.stdout.write('1..0 # SKIP this build has no islands\n');
        await browser.close();
        process.exit(0);
}

// ---- by keys: COBBLE's positions as the service gives them
await ready(page);
const data = await (await fetch(`${server.transfer}/ships/series.json?who=499000103`)).json();
const hull = data.hulls[0], when = i => new Date(hull.time_s[i] * 1000).toISOString().slice(0, 19).replace('T', ' ');
ok(await page.locator('.series-box canvas').count() === 3, 'speed, time between positions and draught are drawn');
ok(!await page.locator('.series-still').isVisible(), 'in place of the still picture');
ok(/All 96 positions are drawn/.test(await page.textContent('.series-said')), 'and how many are drawn is said');
await page.focus('.series-box');
await page.keyboard.press('ArrowRight');
ok((await value(page)).startsWith(`${when(0)} UTC; Speed: ${hull.speed_kn[0]} knots`), 'an arrow goes to the first position and reads it', await value(page));
for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
ok((await value(page)).startsWith(`${when(4)} UTC; Speed: ${hull.speed_kn[4]} knots`), 'and on to the fifth', await value(page));
ok((await read(page)).startsWith(`${when(4)} UTC`), 'which is read below too');
await page.keyboard.press('ArrowLeft');
ok((await value(page)).startsWith(`${when(3)} UTC`), 'and back');
const whole = await page.evaluate(() => [...document.querySelectorAll('.series-box')].map(b => [+b.ariaValueMin, +b.ariaValueMax])[0]);
ok(whole[0] === hull.time_s[0] && whole[1] === hull.time_s[95], 'the slider ends where the ship was heard first and last');
await page.keyboard.press('+');
await page.keyboard.press('End');
ok((await value(page)).startsWith(`${when(95)} UTC`), 'End goes to the last position', await value(page));
await page.keyboard.press('0');

// ---- a silence is a gap: in its middle nothing is known of the speed
const dark = hull.wait_s.findIndex(w => w > 100000), middle = (hull.time_s[dark - 1] + hull.time_s[dark]) / 2;
const plot = await page.locator('.u-over').first().boundingBox();
await page.mouse.move(plot.x + plot.width * (middle - whole[0]) / (whole[1] - whole[0]), plot.y + 30);
ok(/Speed: not known.*Time between positions: 64\.33 hours/.test(await read(page)), 'in a silence the speed is not known, and how long it lasted is', await read(page));
ok(/1: silence that may hide a call/.test(await read(page)), 'and the event that lies there is named');

// ---- by mouse
const before = await page.evaluate(() => document.querySelector('.series-box').getAttribute('aria-valuemax'));
await page.mouse.move(plot.x + plot.width * .1, plot.y + 40);
await page.mouse.down();
await page.mouse.move(plot.x + plot.width * .3, plot.y + 50, { steps: 4 });
await page.mouse.up();
await page.locator('.series-keys button', { hasText: 'Later' }).click();
await page.locator('.series-keys button', { hasText: 'Earlier' }).click();
const near = await span(page), wide = whole[1] - whole[0];
ok(near && Math.abs((near[1] - near[0]) / wide - .2) < .02, 'a span that is dragged over fills the picture', JSON.stringify(near));
ok(near && Math.abs((near[0] - whole[0]) / wide - .1) < .02, 'from where the drag began', JSON.stringify(near));
await page.locator('.series-keys button', { hasText: 'Everything' }).click();
const back = await span(page);
ok(back && Math.abs(back[0] - whole[0]) < 2 && Math.abs(back[1] - whole[1]) < 2, 'and Everything shows all again', JSON.stringify(back));
ok(before === String(whole[1]), 'the slider\'s ends stay');

// ---- axe, dark, paper
for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        await settle(page);
        await page.evaluate(axeSource);
        const found = await page.evaluate(() => axe.run('#series', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
        ok(found.violations.length === 0, `axe finds nothing, ${scheme}`, JSON.stringify(found.violations.map(v => [v.id, v.nodes.map(n => n.html)])));
}
await page.emulateMedia({ media: 'print' });
ok(await page.locator('.series-still').isVisible() && !await page.locator('.series-live').isVisible(), 'on paper it is the still picture');
ok(page.wrong.length === 0, 'no error and no other host', ...page.wrong);
await page.context().close();

// ---- thinned by the service: what stands out stays, and more comes when one zooms
const long = await open('long', '/ships/499000777');
await ready(long);
const said = await long.textContent('.series-said');
ok(/of 60,000 positions are drawn/.test(said), 'how many of how many is said', said);
const some = await (await fetch(`${server.long}/ships/series.json?who=499000777&points=8000`)).json();
ok(some.given <= 8000 && some.hulls[0].speed_kn.includes(30.5), 'the one fast position of 60,000 is among the 8,000');
await long.focus('.series-box');
const more = long.waitForResponse(r => r.url().includes('from=2024-') && r.ok());
for (let i = 0; i < 5; i++) await long.keyboard.press('+');
const days = await (await more).json();
await long.waitForFunction(() => /This is what was heard from/.test(document.querySelector('.series-said').textContent));
ok(days.positions < 60000, 'zoomed in, the days that are seen are asked for', days.positions);
await long.keyboard.press('0');
await long.waitForFunction(() => /of 60,000 positions/.test(document.querySelector('.series-said').textContent));
ok(long.wrong.length === 0, 'no error there', ...long.wrong);
await long.context().close();

// ---- the rows of a question
const q = "with recursive d(n) as (select 0 union all select n + 1 from d where n < 1499) select date('2020-01-01', '+' || n || ' days') as day, n as count from d";
const sql = await open('case', `/sql?chart=line&title=Counting&q=${encodeURIComponent(q)}`);
await ready(sql);
await sql.focus('.series-box');
for (let i = 0; i < 3; i++) await sql.keyboard.press('ArrowRight');
ok(await value(sql) === '2020-01-03; count: 2', 'a line of a question is read day by day', await value(sql));
ok(/^1,500 rows are drawn/.test(await sql.textContent('.series-said')), 'with the rows that the table had no room for');
ok(sql.wrong.length === 0, 'no error there', ...sql.wrong);
await sql.context().close();

// ---- without scripts, and when the data cannot be had
const plain = await open('transfer', '/ships/499000103', { javaScriptEnabled: false });
ok(await plain.locator('.series-still svg').isVisible() && await plain.locator('canvas').count() === 0, 'without scripts the picture is the still one');
await plain.context().close();
const cut = await (await browser.newContext()).newPage();
await cut.route('**/ships/series.json*', r => r.abort());
await cut.goto(`${server.transfer}/ships/499000103`);
await cut.waitForSelector('.series-said');
ok(await cut.locator('.series-still svg').isVisible() && /could not be made/.test(await cut.textContent('.series-said')), 'without its data the still picture stays, and why is said');
await browser.close();
done();
