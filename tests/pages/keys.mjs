// The keys of ui/src/shell.js, pressed.
import { ask, axeSource, done, launch, ok, settle, task } from './browser.mjs';

const { url } = task.servers.find(s => s.name === 'case');
const browser = await launch(), page = await (await browser.newContext()).newPage();

async function open(address) {
        await ask(url + address);
        await page.goto(url + address, { waitUntil: 'load' });
        await settle(page);
}

const shown = () => page.evaluate(() => document.querySelector('dialog')?.open ?? false);
const path = () => new URL(page.url()).pathname;

// Keys that lead to no other page; if one does, it shows by the address or by the next key.
async function press(...keys) {
        for (const key of keys) await page.keyboard.press(key);
        await page.waitForTimeout(300);
        await settle(page);
}

// Keys that lead to a page: false when they do not, after as long as any page takes.
async function leads(to, ...keys) {
        for (const key of keys) await page.keyboard.press(key);
        const came = await page.waitForURL(url => url.pathname === to, { timeout: 60000 }).then(() => true, () => false);
        await settle(page);
        return came;
}

await open('/');
await press('?');
ok(await shown(), '"?" shows the list of keys');
await page.evaluate(axeSource);
const found = await page.evaluate(async () => (await window.axe.run('dialog', { resultTypes: ['violations'] })).violations.map(v => v.help));
ok(!found.length, 'which axe finds in order', ...found);
const listed = await page.evaluate(() => [...document.querySelectorAll('dialog dt')].map(dt => [...dt.querySelectorAll('kbd')].map(k => k.textContent).join(' ')));
ok(new Set(listed).size === listed.length && listed.length > 10, 'each key stands for one thing', listed);
await press('Escape');
ok(!await shown(), 'the escape key closes it');

ok(await leads('/add', 'g', 'd'), '"g" "d" goes to where evidence is added', path());
ok(await leads('/', 'g', 't'), '"g" "t" goes home', path());
await press('t');
ok(path() === '/', 'a letter alone goes nowhere', path());

await page.focus('input[name=known]');
await press('?');
ok(!await shown(), 'nothing is heard while somebody is in a field');
await page.evaluate(() => document.activeElement.blur());
await press('Control+g', 'd');
ok(path() === '/', 'nor with the control key', path());

await page.click('.keys-hint');
ok(await shown(), 'the button in the foot shows the list too');
await page.click('dialog input[type=checkbox]');
await press('Escape', 'g', 'd');
ok(path() === '/', 'turned off, no letter goes anywhere', path());
await open('/');
await press('?');
ok(!await shown(), 'and it stays off on the next page');
await page.click('.keys-hint');
await page.click('dialog input[type=checkbox]');
ok(await leads('/add', 'Escape', 'g', 'd'), 'until it is turned on again', path());

await browser.close();
done();
