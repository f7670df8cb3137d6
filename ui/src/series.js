/* Dense series: what a still picture shows, to be zoomed and read point by point.
 *
 * The page has the picture already, as SVG with its data behind an address; this script asks that address for more points than the
 * picture has and draws them with uPlot on one axis of time, panel under panel.  It computes nothing: points, silences and events are
 * the service's, and where it had to leave positions out, it is asked again for the days that are zoomed into.  What fails, fails into the still picture; print
 * shows that one too.
 *
 * The box is a slider to whoever cannot see it: its value is the time under the cursor, its text what was heard then.
 */
import uPlot from "uplot";

const LEAST_S = 60;             /* no nearer */
const INK = { text: 0, muted: 1, rule: 2, paper: 3, pale: 4 }, FIRST_SERIES = 8;        /* the drawing module's classes s0, s1 ... */

function make(name, properties, ...children) {
        const node = Object.assign(document.createElement(name), properties);
        node.append(...children);
        return node;
}

async function load(address) {
        const reply = await fetch(address);
        if (!reply.ok) throw new Error((await reply.json().catch(() => ({}))).detail || `status ${reply.status}`);
        return reply.json();
}

const number = n => n.toLocaleString("en-GB");
const when = s => new Date(s * 1000).toISOString().slice(0, 19).replace("T", " ");
const day = s => new Date(s * 1000).toISOString().slice(0, 10);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/* Clock and days as everywhere here, whatever the browser's language; the day under the clock's first hour, the year at the first. */
function timeWords(u, splits, axis, space, step) {
        return splits.map((s, i) => {
                const t = new Date(s * 1000), year = i && t.getUTCFullYear() === new Date(splits[i - 1] * 1000).getUTCFullYear() ? "" : ` ${t.getUTCFullYear()}`;
                const date = `${t.getUTCDate()} ${MONTHS[t.getUTCMonth()]}`;
                if (step >= 360 * 86400) return String(t.getUTCFullYear());
                if (step >= 28 * 86400) return MONTHS[t.getUTCMonth()] + (year && `\n${year.trim()}`);
                if (step >= 86400) return date + (year && `\n${year.trim()}`);
                const clock = t.toISOString().slice(11, step < 60 ? 19 : 16), first = !i || day(s) !== day(splits[i - 1]);
                return clock + (first ? `\n${date}${year}` : "");
        });
}

/* ---- what the service gives ---- */

/* A line keeps its own times, so that what is read under the cursor is a point that was heard. */
function line(label, hold) { return { label, hold, t: [], v: [] }; }
function put(l, t, v) { l.t.push(t); l.v.push(v); }

function shipLines(hull, silence) {
        const speed = line(hull.name), wait = line(hull.name), draught = line(hull.name, true);
        hull.time_s.forEach((t, i) => {
                const w = hull.wait_s[i];
                if (i && w >= silence) put(speed, t - 1, null);
                put(speed, t, hull.speed_kn[i]);
                if (w === null) return;
                if (w > 1 && (!wait.t.length || t - w + 1 > wait.t.at(-1))) put(wait, t - w + 1, w / 3600);
                put(wait, t, w / 3600);
        });
        hull.draughts.forEach((d, i) => {
                const before = hull.draughts[i - 1], next = hull.draughts[i + 1];
                if (before?.draught_m === d.draught_m && draught.t.length && draught.v.at(-1) === null) draught.t.pop(), draught.v.pop();
                const to = next ? Math.min(d.to_s, Math.max(next.from_s - 1, d.from_s)) : d.to_s;
                put(draught, d.from_s, d.draught_m);
                if (to > d.from_s) put(draught, to, d.draught_m);
                if (!next || next.from_s > to + 1) put(draught, to + 1, null);
        });
        return [speed, wait, draught];
}

function shipPanels(data) {
        const most = [...data.hulls].sort((a, b) => b.positions - a.positions).slice(0, 6);
        const lines = data.hulls.filter(h => most.includes(h)).map(h => shipLines(h, data.silence_s));
        const what = [["Speed", "knots", 1], ["Time between positions", "hours", 2], ["Draught", "metres", 1]];
        const less = data.given < data.positions ? `${number(data.given)} of ${number(data.positions)} positions are drawn: the slowest, the fastest and the ends of the longest silence `
                + "of each part; zoom in for more." : `All ${number(data.positions)} positions are drawn.`;
        const left = data.hulls.length > most.length ? ` ${number(data.hulls.length - most.length)} hulls heard less often are left out.` : "";
        return { panels: what.map(([name, unit, digits], i) => ({ name, unit, digits, lines: lines.map(l => l[i]) })).filter((p, i) => i < 2 || p.lines.some(l => l.t.length)),
                 from: Date.parse(data.from) / 1000, to: Date.parse(data.to) / 1000, said: less + left, thinned: data.given < data.positions };
}

/* Rows of a question: a column of time, and columns of numbers or one of them split by another.  A month that is missing breaks the line. */
function rowPanels(data, { time, values, split, axis }) {
        const lines = new Map(), step = axis === "years" ? 366 * 86400 : axis === "months" ? 31 * 86400 : Infinity;
        for (const row of data.rows.filter(r => r[time] !== null).sort((a, b) => a[time] < b[time] ? -1 : 1)) {
                const t = Date.parse(row[time]) / 1000;
                for (const name of values) {
                        const label = split ? row[split] ?? "not given" : name;
                        if (!lines.has(label)) lines.set(label, line(label));
                        const l = lines.get(label);
                        if (l.t.length && t - l.t.at(-1) > step + 86400) put(l, t - 1, null);
                        put(l, t, row[name]);
                }
        }
        const all = [...lines.values()], times = all.flatMap(l => [l.t[0], l.t.at(-1)]);
        return { panels: [{ name: "", unit: values.join(", "), digits: 3, lines: all }], from: Math.min(...times), to: Math.max(...times), thinned: false, days: true,
                 said: `${number(data.rows.length)} rows are drawn${data.cut ? "; there are more" : ""}.` };
}

/* ---- reading ---- */

/* The last place with t[i] <= at; -1. */
function before(t, at) {
        let low = 0, high = t.length;
        while (low < high) {
                const middle = (low + high) >> 1;
                if (t[middle] <= at) low = middle + 1; else high = middle;
        }
        return low - 1;
}

function nearest(t, at) {
        const i = before(t, at);
        return i < 0 ? 0 : i + 1 < t.length && t[i + 1] - at < at - t[i] ? i + 1 : i;
}

/* Inside a silence nothing is known, however near the last position was. */
function valueAt(l, at) {
        const i = before(l.t, at);
        if (!l.t.length || i < 0 && l.hold) return null;
        if (l.hold || l.t[i] === at) return l.v[i];
        return i >= 0 && (l.v[i] === null || l.v[i + 1] === null) ? null : l.v[nearest(l.t, at)];
}

/* ---- the widget ---- */

class Dense {
        constructor(place, given, bands, again) {
                Object.assign(this, { place, given, whole: given, bands, again, view: [given.from, Math.max(given.to, given.from + LEAST_S)], at: null, asked: 0 });
                this.full = [...this.view];
                this.read = make("p", { className: "series-read" });
                this.span = make("p", { className: "series-span" });
                this.status = make("p", { className: "series-said", textContent: given.said });
                this.status.setAttribute("role", "status");
                this.box = make("div", { className: "series-box", tabIndex: 0 });
                this.live = make("div", { className: "series-live" }, this.span, this.box, this.read, this.keys(), this.status);
                place.append(this.live);
                place.classList.add("is-live");
                this.takeColours();
                this.build();
                this.describe();
                this.box.addEventListener("keydown", e => this.key(e));
                new ResizeObserver(() => this.size()).observe(this.box);
                matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.takeColours(); this.plots.forEach(p => p.redraw(false)); this.tell(); });
                this.tell();
        }

        /* From the still picture's own rules, so that both look the same in light and dark. */
        takeColours() {
                const svg = this.place.querySelector("svg.em-draw"), probe = document.createElementNS("http://www.w3.org/2000/svg", "path");
                const of = n => { probe.setAttribute("class", `s${n}`); return getComputedStyle(probe).stroke; };
                svg.append(probe);
                this.colour = Object.fromEntries(Object.entries(INK).map(([name, n]) => [name, of(n)]));
                this.lines = Array.from({ length: 6 }, (_, i) => of(FIRST_SERIES + i));
                probe.remove();
        }

        keys() {
                const button = (text, label, act) => {
                        const b = make("button", { type: "button", textContent: text });
                        if (label) b.setAttribute("aria-label", label);
                        b.addEventListener("click", act);
                        return b;
                };
                const hint = make("span", { id: `${this.place.id}-keys`, textContent: "Drag over a span to zoom. By keyboard: arrows move the cursor, with Shift farther; + and \u2212 zoom, 0 shows everything." });
                return make("p", { className: "series-keys" }, button("+", "Zoom in", () => this.zoom(.5)), button("\u2212", "Zoom out", () => this.zoom(2)),
                            button("Earlier", "", () => this.pan(-.5)), button("Later", "", () => this.pan(.5)),
                            button("Everything", "", () => this.reset()), " ", hint);
        }

        describe() {
                this.box.setAttribute("role", "slider");
                this.box.setAttribute("aria-label", `Time in ${this.place.dataset.name}`);
                this.box.setAttribute("aria-describedby", `${this.place.id}-keys`);
        }

        /* ---- drawing ---- */

        dataOf(panel) {
                const tables = panel.lines.filter(l => l.t.length).map(l => [l.t, l.v]);
                return tables.length === 1 ? tables[0] : tables.length ? uPlot.join(tables) : [[], []];
        }

        options(panel, i) {
                const last = i === this.given.panels.length - 1, c = this.colour, font = "11px system-ui, sans-serif";
                const axis = { stroke: () => this.colour.muted, font, grid: { stroke: () => this.colour.rule, width: 1 }, ticks: { stroke: () => this.colour.rule, width: 1, size: 4 } };
                const shown = panel.lines.map((l, k) => [l, k]).filter(([l]) => l.t.length);
                return {
                        width: this.width(), height: (this.given.panels.length > 1 ? 110 : 260) + (last ? 40 : 12), padding: [12, 8, 0, 0], legend: { show: false },
                        tzDate: s => uPlot.tzDate(new Date(s * 1000), "Etc/UTC"),
                        scales: { x: { time: true, min: this.view[0], max: this.view[1], auto: false }, y: { range: (u, low, high) => [Math.min(0, low ?? 0), high > 0 ? high * 1.06 : 1] } },
                        axes: [{ ...axis, size: last ? 36 : 4, values: last ? timeWords : (u, v) => v.map(() => ""), space: 68 }, { ...axis, size: 46, space: 26 }],
                        series: [{}, ...shown.map(([l, k]) => ({ label: l.label, stroke: () => this.lines[k % 6], width: 1.3, points: { show: false }, spanGaps: false }))],
                        cursor: { y: false, points: panel.lines[0].hold ? { show: false } : { size: 6 }, drag: { x: true, y: false, setScale: false }, focus: { prox: -1 } },
                        hooks: {
                                drawClear: [u => this.drawBands(u, i === 0)],
                                setSelect: [u => {
                                        if (u.select.width > 4) this.show(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
                                        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
                                }],
                                ready: [u => u.over.addEventListener("mousemove", e => this.point(u.posToVal(e.offsetX, "x"), u))],
                        },
                };
        }

        width() { return Math.max(220, Math.floor(this.box.clientWidth)); }

        build() {
                if (!this.given.panels[0].name) this.box.append(make("p", { className: "series-name" }, make("b", { textContent: this.place.dataset.name })));
                this.plots = this.given.panels.map((panel, i) => {
                        const name = make("p", { className: "series-name" }, make("b", { textContent: panel.name }), ` ${panel.unit}`);
                        this.box.append(name);
                        return new uPlot(this.options(panel, i), this.dataOf(panel), this.box);
                });
        }

        size() {
                const width = this.width();
                if (width !== this.plots[0].width) this.plots.forEach(p => p.setSize({ width, height: p.height }));
        }

        /* Hatched: silent.  Pale: another event, with the number of its sign over the first panel. */
        drawBands(u, first) {
                const { ctx, bbox } = u, ratio = devicePixelRatio || 1;
                let free = -Infinity;
                ctx.save();
                for (const b of this.bands) {
                        if (b.to < this.view[0] || b.from > this.view[1]) continue;
                        const x0 = Math.max(bbox.left, u.valToPos(b.from, "x", true)), x1 = Math.min(bbox.left + bbox.width, Math.max(u.valToPos(b.to, "x", true), x0 + 2 * ratio));
                        ctx.save();
                        ctx.beginPath();
                        ctx.rect(x0, bbox.top, x1 - x0, bbox.height);
                        ctx.clip();
                        if (b.silent) {
                                ctx.strokeStyle = this.colour.muted;
                                ctx.globalAlpha = .4;
                                ctx.lineWidth = ratio;
                                ctx.beginPath();
                                for (let x = x0 - x0 % (8 * ratio) - bbox.height; x < x1; x += 8 * ratio) { ctx.moveTo(x, bbox.top + bbox.height); ctx.lineTo(x + bbox.height, bbox.top); }
                                ctx.stroke();
                        } else {
                                ctx.fillStyle = this.colour.pale;
                                ctx.globalAlpha = .45;
                                ctx.fillRect(x0, bbox.top, x1 - x0, bbox.height);
                        }
                        ctx.restore();
                        if (!first || !b.label || (x0 + x1) / 2 < free) continue;
                        ctx.fillStyle = this.colour.text;
                        ctx.font = `bold ${11 * ratio}px system-ui, sans-serif`;
                        ctx.textAlign = "center";
                        ctx.fillText(b.label, (x0 + x1) / 2, bbox.top - 3 * ratio);
                        free = (x0 + x1) / 2 + 18 * ratio;
                }
                ctx.restore();
        }

        /* ---- where one is ---- */

        show(from, to) {
                const [first, last] = this.full, span = Math.min(last - first, Math.max(LEAST_S, to - from));
                from = Math.max(first, Math.min(last - span, from));
                this.view = [from, from + span];
                this.plots.forEach(p => p.setScale("x", { min: this.view[0], max: this.view[1] }));
                if (this.at !== null && (this.at < this.view[0] || this.at > this.view[1])) this.at = null;
                this.tell();
                this.fetchSoon();
        }

        zoom(by) {
                const [a, b] = this.view, middle = this.at ?? (a + b) / 2;
                this.show(middle - (middle - a) * by, middle + (b - middle) * by);
                if (this.at !== null) this.point(this.at);
        }

        pan(part) {
                const [a, b] = this.view;
                this.show(a + (b - a) * part, b + (b - a) * part);
        }

        reset() { this.show(...this.full); }

        /* ... to the position that is nearest, of the first panel. */
        point(t, from) {
                let best = null;
                for (const l of this.given.panels[0].lines) {
                        if (!l.t.length) continue;
                        const found = l.t[nearest(l.t, t)];
                        if (best === null || Math.abs(found - t) < Math.abs(best - t)) best = found;
                }
                if (best === null) return;
                this.at = from && !this.given.days ? t : best;          /* a row is of its day, whatever the hour that is pointed at */
                this.tell();
                /* uPlot takes a new scale when the script has ended: only then the place of a time is known. */
                queueMicrotask(() => this.plots.forEach(p => { if (p !== from) p.setCursor({ left: p.valToPos(this.at, "x"), top: p.over.clientHeight / 2 }, false); }));
        }

        step(way) {
                const [a, b] = this.view, now = this.at ?? (way > 0 ? a - 1 : b + 1);
                let next = null;
                for (const { t, v } of this.given.panels[0].lines) {
                        let i = before(t, now);
                        if (way > 0) i += 1; else if (t[i] === now) i -= 1;
                        while (i >= 0 && i < t.length && (v[i] === null || t[i] === now)) i += way;
                        if (i >= 0 && i < t.length && (next === null || (t[i] - next) * way < 0)) next = t[i];
                }
                if (next !== null) this.go(next);
        }

        go(t) {
                t = Math.max(this.full[0], Math.min(this.full[1], t));
                const [a, b] = this.view;
                if (t < a || t > b) this.show(t - (b - a) / 2, t + (b - a) / 2);
                this.point(t);
        }

        key(e) {
                if (e.ctrlKey || e.metaKey || e.altKey || e.target !== this.box) return;
                const [a, b] = this.view, far = (b - a) / 20, now = this.at ?? (a + b) / 2;
                const act = { ArrowRight: () => e.shiftKey ? this.go(now + far) : this.step(1), ArrowLeft: () => e.shiftKey ? this.go(now - far) : this.step(-1),
                              ArrowUp: () => this.step(1), ArrowDown: () => this.step(-1),
                              PageUp: () => this.pan(.5), PageDown: () => this.pan(-.5), Home: () => this.go(this.full[0]), End: () => this.go(this.full[1]),
                              "+": () => this.zoom(.5), "=": () => this.zoom(.5), "-": () => this.zoom(2), "0": () => this.reset(), Escape: () => this.reset() }[e.key];
                if (!act) return;
                e.preventDefault();
                e.stopPropagation();
                act();
        }

        /* What is read under the cursor, in words and for the slider. */
        tell() {
                const [a, b] = this.view, t = this.at, words = [], say = s => this.given.days ? day(s) : `${when(s)} UTC`;
                this.read.textContent = "";
                this.span.textContent = `${say(a)} to ${say(b)}`;
                this.read.append(make("time", { textContent: t === null ? "Nothing is pointed at." : say(t) }));
                for (const panel of t === null ? [] : this.given.panels)
                        panel.lines.forEach((l, k) => {
                                const v = valueAt(l, t), several = panel.lines.length > 1;
                                const text = `${panel.name || l.label}${several && panel.name ? ` ${l.label}` : ""}: ${v === null || v === undefined ? "not known" : `${v.toLocaleString("en-GB", { maximumFractionDigits: panel.digits })} ${panel.name ? panel.unit : ""}`.trim()}`;
                                const swatch = make("i", { className: "series-ink" });
                                swatch.style.background = this.lines[k % 6];
                                this.read.append(make("span", {}, several ? swatch : "", text));
                                words.push(text);
                        });
                for (const e of t === null ? [] : this.bands.filter(e => e.from <= t && t <= e.to)) {
                        this.read.append(make("span", { textContent: `${e.label}: ${e.text}` }));
                        words.push(e.text);
                }
                const set = (name, value) => this.box.setAttribute(name, value);
                set("aria-valuemin", Math.floor(this.full[0]));
                set("aria-valuemax", Math.ceil(this.full[1]));
                set("aria-valuenow", Math.round(t ?? a));
                set("aria-valuetext", t === null ? `${say(a)} to ${say(b)} are shown` : [say(t), ...words].join("; "));
        }

        /* ---- more points ---- */

        fetchSoon() {
                clearTimeout(this.timer);
                if (!this.again || !this.whole.thinned) return;
                this.timer = setTimeout(() => this.fetch().catch(e => { this.status.textContent = `No more points could be had (${e.message}).`; }), 250);
        }

        async fetch() {
                const [a, b] = this.view, turn = ++this.asked, all = b - a > (this.full[1] - this.full[0]) * .7;
                const given = all ? this.whole : await this.again(day(a), day(b));
                if (turn !== this.asked) return;
                if (given.panels.length === this.given.panels.length) {
                        this.given = given;
                        this.plots.forEach((p, i) => { p.setData(this.dataOf(given.panels[i]), false); p.setScale("x", { min: this.view[0], max: this.view[1] }); });
                }
                this.status.textContent = given.said + (all ? "" : ` This is what was heard from ${day(a)} to ${day(b)}.`);
                this.tell();
        }
}

async function start(place) {
        const { src, series } = place.dataset, bands = JSON.parse(place.dataset.bands || "[]");
        const take = series === "ship" ? shipPanels : data => rowPanels(data, JSON.parse(place.dataset.columns));
        const given = take(await load(src));
        const again = (from, to) => {           /* days within those of the page */
                const address = new URL(src, location), asked = address.searchParams;
                asked.set("from", [from, asked.get("from") ?? from].sort().at(-1));
                asked.set("to", [to, asked.get("to") ?? to].sort()[0]);
                return load(address).then(take);
        };
        new Dense(place, given, bands, series === "ship" ? again : null);
        place.dataset.ready = "yes";
}

for (const place of document.querySelectorAll("[data-series]"))
        start(place).catch(e => {
                place.classList.remove("is-live");
                place.append(make("p", { className: "series-said", textContent: `The moving picture could not be made (${e.message}); this is the still one.` }));
        });
