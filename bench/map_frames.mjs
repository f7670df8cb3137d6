// One line for each thing that somebody does with the map: how many frames, and the milliseconds between them.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [modules, url] = process.argv.slice(2);
const { chromium } = createRequire(`${resolve(modules)}/`)('playwright-core');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
        args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] });
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
await page.goto(url);
await page.waitForSelector('#map[data-ready]', { timeout: 120000 });
console.log(await page.textContent('#map-said'));
console.log(`drawn after ${Math.round(await page.evaluate(() => performance.getEntriesByName('map-idle')[0].startTime))} ms`);
await page.evaluate(() => {
        window.between = [];
        let last = performance.now();
        const tick = t => { window.between.push(t - last); last = t; requestAnimationFrame(tick); };
        requestAnimationFrame(tick);
});

async function measure(name, act) {
        await page.evaluate(() => { window.between.length = 0; });
        await act();
        const ms = (await page.evaluate(() => window.between.slice())).sort((a, b) => a - b);
        const at = part => ms[Math.min(ms.length - 1, Math.floor(ms.length * part))].toFixed(0);
        console.log(`${name.padEnd(8)} ${String(ms.length).padStart(4)} frames, median ${at(.5)} ms, 95 of 100 within ${at(.95)} ms, longest ${at(1)} ms`);
}

const box = await page.locator('#map').boundingBox();
const step = () => page.waitForTimeout(16);
await measure('still', () => page.waitForTimeout(1500));
await measure('drag', async () => {
        await page.mouse.move(box.x + 400, box.y + 300);
        await page.mouse.down();
        for (let i = 0; i < 60; i++) { await page.mouse.move(box.x + 400 - i * 3, box.y + 300 + i); await step(); }
        await page.mouse.up();
});
await measure('slider', () => page.evaluate(async () => {
        const to = document.querySelectorAll('.map-time input')[1];
        for (let part = 1; part > .1; part -= .012) {
                to.value = Math.round(to.max * part);
                to.dispatchEvent(new Event('input'));
                await new Promise(requestAnimationFrame);
        }
}));
await measure('point', async () => {
        for (let i = 0; i < 60; i++) { await page.mouse.move(box.x + 100 + i * 8, box.y + 300 + i * 2); await step(); }
});
await browser.close();
