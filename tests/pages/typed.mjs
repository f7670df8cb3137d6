// Types into the box of /screen and compares what the script draws with what the server draws for the same question.
import { done, launch, note, ok, settle, task } from './browser.mjs';

const { url } = task.servers[0];
const browser = await launch();
const context = await browser.newContext();
const page = await context.newPage();
const wrong = [];
page.on('console', m => { if (m.type() === 'error' && !/status of 400/.test(m.text())) wrong.push(m.text()); });
page.on('pageerror', e => wrong.push(e.message));

// Blanks between tags are no difference.
const shown = () => page.evaluate(() => [document.getElementById('may-found').innerHTML.replace(/>\s+</g, '><').replace(/\s+/g, ' ').trim(),
        document.getElementById('may-count').textContent]);
// What was typed has been answered when the address and the box say the same and nothing is awaited.
const answered = q => page.waitForFunction(q => (new URLSearchParams(location.search).get('q') ?? '') === q
        && !document.getElementById('may-found').hasAttribute('aria-busy'), q);

await page.goto(`${url}/screen`);
await settle(page);
if (!await page.evaluate(() => Boolean(document.querySelector('script[src="/ui/screen.js"]')))) {
        process.stdout.write('1..0 # SKIP this build has no islands\n');
        await browser.close();
        process.exit(0);
}

for (const q of ['Kang Mun Sik', 'The Banker', '\uac15\ubb38\uc2dd', '9126819', 'Sea Lantern 9126819', 'Anna Berg', '<script>alert(1)</script>', 'Zebulon Quartermain']) {
        await page.goto(`${url}/screen?q=${encodeURIComponent(q)}`);
        const [servers, serversCount] = await shown();
        await page.goto(`${url}/screen`);
        await page.focus('#may-q');
        await page.keyboard.type(q);
        await answered(q);
        const [ours, oursCount] = await shown();
        ok(ours === servers, `typed, the cards are the server's: ${q}`, servers, ours);
        ok(oursCount === serversCount && oursCount !== '', `and the count: ${q}`, serversCount, oursCount);
        ok(await page.isHidden('#may-start'), 'the examples make room');
}

// ---- the address
await page.goto(`${url}/screen?known=2022-03-01&country=kp`);
await page.focus('#may-q');
await page.keyboard.type('Kang Mun Sik');
await answered('Kang Mun Sik');
const query = new URL(page.url()).searchParams;
ok(query.get('q') === 'Kang Mun Sik' && query.get('country') === 'kp' && query.get('known') === '2022-03-01', 'the address has all that was asked', page.url());
ok((await page.getAttribute('#may-found h2 a', 'href')).endsWith('?known=2022-03-01'), 'links keep the day');
await page.reload();
ok((await page.textContent('#may-found h2 a')).includes('Kang Mun Sik'), 'loaded again, the address gives the same');
await page.selectOption('[name=schema]', 'vessel');
await page.waitForFunction(() => document.querySelector('#may-found h2') === null);
ok(new URL(page.url()).searchParams.get('schema') === 'vessel', 'what narrows is followed too');

// ---- the keyboard
await page.goto(`${url}/screen`);
await page.focus('#may-q');
await page.keyboard.type('Kang Drozdov');
await page.locator('[name=least]').evaluate(e => { e.closest('details').open = true; e.value = '0'; e.dispatchEvent(new Event('change', { bubbles: true })); });
await page.waitForFunction(() => document.querySelectorAll('#may-found h2 a').length > 1);
await page.focus('#may-q');
const at = () => page.evaluate(() => document.activeElement.id || [...document.querySelectorAll('#may-found h2 a')].indexOf(document.activeElement));
await page.keyboard.press('ArrowDown');
ok(await at() === 0, 'down goes to the first result');
await page.keyboard.press('ArrowDown');
ok(await at() === 1, 'and to the next');
await page.keyboard.press('ArrowUp');
await page.keyboard.press('ArrowUp');
ok(await at() === 'may-q', 'up goes back to the box');
await page.keyboard.press('ArrowDown');
await page.keyboard.press('Escape');
ok(await at() === 'may-q', 'Escape goes to the box');
await page.keyboard.press('Escape');
await page.waitForFunction(() => !document.querySelector('#may-found h2'));
ok(await page.inputValue('#may-q') === '' && await page.isVisible('#may-start'), 'and then empties it');
await page.keyboard.type('Kang Mun Sik');
await answered('Kang Mun Sik');
await page.keyboard.press('ArrowDown');
await Promise.all([page.waitForURL(/\/parties\//), page.keyboard.press('Enter')]);
ok((await page.textContent('h1')) === 'Kang Mun Sik', 'Enter opens');
await page.goto(`${url}/screen`);
await page.focus('#may-q');
await page.keyboard.type('Ivan Drozdov');
await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
ok(page.url() === `${url}/screen?q=Ivan+Drozdov` && await page.isVisible('article.may'), 'in the box it asks the server, by a short address', page.url());

// ---- what cannot be read, and a server that is gone
await page.locator('[name=born]').evaluate(e => { e.closest('details').open = true; e.value = 'yesterday'; e.dispatchEvent(new Event('change', { bubbles: true })); });
await page.waitForFunction(() => /is no date such as/.test(document.getElementById('may-count').textContent));
ok(await page.evaluate(() => !document.querySelector('#may-found h2')), 'what cannot be read is said where the count stands, and shows nobody');
await page.locator('[name=born]').evaluate(e => { e.value = ''; });
await page.route('**/screen.json*', route => route.abort());
await page.focus('#may-q');
await page.keyboard.type('x');
await page.waitForFunction(() => /does not answer/.test(document.getElementById('may-count').textContent));
ok(true, 'a server that is gone is said');
await page.unroute('**/screen.json*');

// ---- an answer that comes late does not stand over a later one
await page.goto(`${url}/screen`);
await page.route('**/screen.json?q=Kang*', async route => { await new Promise(wake => setTimeout(wake, 600)); await route.continue().catch(() => {}); });
await page.focus('#may-q');
await page.keyboard.type('Kang');
await page.waitForFunction(() => document.getElementById('may-found').hasAttribute('aria-busy'));
await page.fill('#may-q', 'Sea Lantern');
await answered('Sea Lantern');
await page.waitForTimeout(900);
ok((await page.textContent('#may-found h2 a')) === 'Sea Lantern', 'a late answer is thrown away');

ok(wrong.filter(w => !/ERR_FAILED/.test(w)).length === 0, 'no error in the console', wrong.join('\n'));
note('the script is under its size by tests/pages/islands.t');
await browser.close();
done();
