#!/usr/bin/env node
/* bench/flow-page.mjs URL   how fast the island of a flow is: the time to its first picture, and frames while it is panned.
 *
 *     bench/flow-tree 5000 >transactions.csv; embargo init case; embargo --case case index chain transactions.csv
 *     embargo --case case serve --open --port 8441 &
 *     bench/flow-page.mjs 'http://127.0.0.1:8441/trace/flow?start=0x00..01:native&policy=haircut&boxes=5000'
 *
 * Chromium without a screen and without a graphics card: its canvas is drawn by the processor, which is the slow case.
 * Each frame moves the picture by 9 px, as a hand does; a frame's time is between two calls of requestAnimationFrame.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const url = process.argv[2], home = mkdtempSync(join(tmpdir(), "flow-page-"));
const chromium = spawn("chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1300,1000", "--remote-debugging-pipe",
        `--user-data-dir=${home}`], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const waiting = new Map();
let number = 0, rest = "";
chromium.stdio[4].on("data", bytes => {
        rest += bytes;
        for (let at; (at = rest.indexOf("\0")) >= 0; rest = rest.slice(at + 1)) {
                const said = JSON.parse(rest.slice(0, at));
                waiting.get(said.id)?.(said.result ?? said);
        }
});
function ask(method, params = {}, sessionId) {
        chromium.stdio[3].write(JSON.stringify({ id: ++number, method, params, sessionId }) + "\0");
        return new Promise(done => waiting.set(number, done));
}

const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
const run = async (expression) => (await ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, sessionId)).result?.value;

await ask("Page.navigate", { url }, sessionId);
const first = await run(`new Promise(done => { const look = () => {
        const mark = performance.getEntriesByName("flow-drawn")[0];
        mark ? done(mark.startTime) : setTimeout(look, 20); }; look(); })`);
const parts = await run(`(() => { const n = performance.getEntriesByType("navigation")[0], data = performance.getEntriesByType("resource").find(r => r.name.includes("flow.json"));
        return { page: n.responseEnd, data: data.duration, bytes: data.decodedBodySize, from: data.responseEnd }; })()`);
console.log(`first picture after ${first.toFixed(0)} ms (the page ${parts.page.toFixed(0)}, then the data ${parts.data.toFixed(0)} ms for ${parts.bytes} bytes, then reading and drawing ${(first - parts.from).toFixed(0)})`);

const pan = (zooms, dx, dy) => run(`new Promise(done => {
        const canvas = document.querySelector(".flow-canvas"), times = [];
        canvas.focus();
        const key = name => canvas.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
        key("0");
        for (let i = 0; i < ${zooms}; i++) key("+");
        const at = (name, x, y) => canvas.dispatchEvent(new PointerEvent(name, { pointerId: 1, clientX: x, clientY: y, bubbles: true }));
        const r = canvas.getBoundingClientRect();
        let n = 0, x = r.left + 400, y = r.top + 300, last = 0;
        at("pointerdown", x, y);
        const step = now => {
                if (last) times.push(now - last);
                last = now;
                const way = n % 60 < 30 ? 9 : -9;
                at("pointermove", x += way * ${dx}, y += way * ${dy});
                if (++n < 180) requestAnimationFrame(step);
                else { at("pointerup", x, y); times.sort((a, b) => a - b);
                       done({ median: times[90], p95: times[170], most: times.at(-1), boxes: document.querySelector(".flow-said").textContent }); }
        };
        requestAnimationFrame(step);
})`);
for (const [words, zooms] of [["all of it in view", 0], ["a tenth", 10], ["near enough to read", 26]]) {
        const f = await pan(zooms, 1, 0.5);
        console.log(`panning, ${words}: a frame ${f.median.toFixed(1)} ms in the middle, ${f.p95.toFixed(1)} for 95 of 100, ${f.most.toFixed(1)} at most; ${f.boxes}`);
}
chromium.once("exit", () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
ask("Browser.close");
