// What the programs of this folder share: the task, TAP, Chromium, and pages that have come to rest.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export const task = JSON.parse(process.argv[2]);
const modules = resolve(task.modules);
const { chromium } = createRequire(`${modules}/`)('playwright-core');
export const axeSource = readFileSync(`${modules}/axe-core/axe.min.js`, 'utf8');

let tests = 0, failures = 0;

export function ok(yes, name, ...why) {
        tests++;
        if (!yes) failures++;
        const lines = why.flatMap(w => String(w).split('\n')).map(w => `# ${w}\n`);
        process.stdout.write(`${yes ? '' : 'not '}ok ${tests} - ${name.replace(/\n/g, ' ')}\n${yes ? '' : lines.join('')}`);
}

export function note(text) { process.stdout.write(`# ${text}\n`); }

export function done() {
        process.stdout.write(`1..${tests}\n`);
        process.exitCode = failures ? 1 : 0;
}

// Software drawing, so that the map is drawn on machines without a graphics card; nothing of the browser's own
// goes out.  What is waited for may take as long as a busy machine needs.
export async function launch() {
        const browser = await chromium.launch({ executablePath: task.chromium, headless: true, args: ['--no-sandbox', '--use-angle=swiftshader',
                '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync',
                '--no-first-run', '--no-default-browser-check', '--disable-features=Translate,MediaRouter,OptimizationHints'] });
        const make = browser.newContext.bind(browser);
        browser.newContext = async options => {
                const context = await make(options);
                context.setDefaultTimeout(300000);
                context.setDefaultNavigationTimeout(300000);
                return context;
        };
        return browser;
}

// A case that is just being read is answered with 503 and a page that comes back: asked until it is there.
export async function ask(url) {
        for (;;) {
                const answer = await fetch(url, { redirect: 'manual', headers: { Accept: 'text/html,*/*' } });
                if (answer.status !== 503) return answer;
                await answer.arrayBuffer();
                await new Promise(wake => setTimeout(wake, 200));
        }
}

// Two frames after everything has loaded: what scripts do at the start is done.
export async function settle(page) {
        await page.evaluate(() => document.fonts.ready.then(() => new Promise(wake =>
                requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(wake, 0))))));
}
