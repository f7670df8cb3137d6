// The map of ships on the constructed transfer: by mouse, by keys, without scripts, without WebGL.
import { done, launch, ok, settle, task } from './browser.mjs';

const server = task.servers.find(s => s.name === 'transfer');
const browser = await launch();

async function open(target, options = {}) {
        const page = await (await browser.newContext({ viewport: { width: 1200, height: 1000 }, ...options })).newPage();
        page.wrong = [];
        page.on('console', m => { if (m.type() === 'error') page.wrong.push(m.text()); });
        page.on('pageerror', e => page.wrong.push(e.message));
        page.on('request', r => { if (!r.url().startsWith(server.url) && !/^(data|blob):/.test(r.url())) page.wrong.push(`asks ${r.url()}`); });
        if (options.before) await page.addInitScript(options.before);
        await page.goto(server.url + target);
        return page;
}
const ready = page => page.waitForSelector('#map[data-ready]', { timeout: 300000 });
const signs = page => page.locator('.map-sign:visible').allTextContents();
const entries = page => page.locator('.map-list li:visible').count();

// ---- with everything
const page = await open('/ships/map');
await ready(page);
ok(await page.locator('#map-still').isHidden(), 'the still map gives way to the one that moves');
const all = (await signs(page)).length;
ok(all > 0 && all === await entries(page), `each of the ${all} signs has its entry beside the map`);
ok(/3,164 positions of 23 hulls/.test(await page.textContent('#map-said')), 'every position of the example is drawn');

// The pixels of the tracks: the example's involved ships are drawn in the palette's blue, 0 114 178.
const blue = await page.evaluate(() => new Promise(found => {
        const canvas = document.querySelector('.maplibregl-canvas'), copy = document.createElement('canvas');
        Object.assign(copy, { width: canvas.width, height: canvas.height });
        const look = () => {
                const pen = copy.getContext('2d');
                pen.drawImage(canvas, 0, 0);
                const { data } = pen.getImageData(0, 0, copy.width, copy.height);
                let n = 0;
                for (let i = 0; i < data.length; i += 4) n += Math.abs(data[i]) < 12 && Math.abs(data[i + 1] - 114) < 12 && Math.abs(data[i + 2] - 178) < 12;
                return n;
        };
        let tries = 0;
        const wait = () => requestAnimationFrame(() => {        // until it is drawn
                const n = look();
                if (n > 20 || ++tries === 300) found(n);
                else wait();
        });
        document.querySelector('[aria-label="Nearer"]').click();
        wait();
}));
ok(blue > 20, `tracks are on the canvas (${blue} pixels of the first ship's blue)`);

// ---- time, by keys alone
await page.locator('.map-time input').nth(1).focus();
await page.keyboard.press('Home');
await settle(page);
const early = (await signs(page)).length;
ok(early < all, `the slider at its beginning leaves ${early} of ${all} signs`);
ok(early === await entries(page), 'and the list beside goes with it');
await page.keyboard.press('End');
await settle(page);
ok((await signs(page)).length === all, 'at its end all are back');
ok(/2024-03-1[23] \d\d:\d\d UTC/.test(await page.locator('.map-time input').nth(1).getAttribute('aria-valuetext')), 'the handle says the time that it stands for');
const times = () => page.locator('.map-time output').allTextContents();
const [whole] = await times();
await page.getByRole('button', { name: 'A step on' }).press('Enter');
await settle(page);
const first = await times();
await page.getByRole('button', { name: 'A step on' }).press('Enter');
await settle(page);
const second = await times();
ok(first[0] === whole && second[0] > first[0] && second[1] > first[1], 'a step takes a tenth of the span, the next moves it on', whole, first, second);
await page.locator('.map-time input').nth(0).press('Home');
await page.locator('.map-time input').nth(1).press('End');
await page.locator('.map-list li:visible button').first().press('Enter');
await settle(page);
ok(/Or: /.test(await page.textContent('#map-said')), 'a sign that is shown says its reason and its other reading');
ok(await page.locator('.map-list li.on').count() === 1, 'and is marked in the list');
const before = await page.evaluate(() => location.hash);
await page.locator('.maplibregl-canvas').focus();
await page.keyboard.press('ArrowLeft');
await page.waitForFunction(was => location.hash && location.hash !== was, before);
ok(/view=.*&time=/.test(await page.evaluate(() => location.hash)), 'the map moves by arrow keys, and the address keeps what is seen');
ok(page.wrong.length === 0, 'no error, no other host', ...page.wrong);

// ---- a click on a track opens the ship's life
const one = await open('/ships/map?ship=499000101');
await ready(one);
const spot = await one.evaluate(() => {
        const canvas = document.querySelector('.maplibregl-canvas').getBoundingClientRect();
        return { x: canvas.x, y: canvas.y, w: canvas.width, h: canvas.height };
});
let opened = false;
// The way north along 124 east is a line from top to bottom: some column between the middle and the left edge meets it.
for (let x = spot.w * .2; x < spot.w * .7 && !opened; x += 6) {
        await one.mouse.move(spot.x + x, spot.y + spot.h * .45);
        await settle(one);
        if (!await one.locator('.maplibregl-canvas.map-over').count()) continue;
        await Promise.all([one.waitForURL(/\/ships\/49900010\d$/), one.mouse.click(spot.x + x, spot.y + spot.h * .45)]);
        opened = true;
}
ok(opened && /EXAMPLE/.test(await one.textContent('h1')), 'a click on a track opens the life of its ship');

// ---- without
const plain = await open('/ships/map', { javaScriptEnabled: false });
ok(await plain.locator('#map-still svg.em-draw').isVisible(), 'without scripts the still map is there');
await plain.locator('.fleet-form input[name=from]').fill('2024-03-08');
await plain.locator('.fleet-form button').click();
ok(/from=2024-03-08/.test(plain.url()) && await plain.locator('.map-list li').count() < all, 'and the form chooses the span');
const flat = await open('/ships/map', { before: 'HTMLCanvasElement.prototype.getContext = () => null' });
await settle(flat);
ok(await flat.locator('#map-still svg.em-draw').isVisible() && /no WebGL/.test(await flat.textContent('main')), 'without WebGL too, and the page says so');
ok(flat.wrong.length === 0, 'without an error', ...flat.wrong);
await browser.close();
done();
