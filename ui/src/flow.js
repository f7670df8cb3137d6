/* The flow of a trace, to move about in: pan, zoom, fold and open, along the lines by the arrow keys.
 *
 * The server lays the picture out and folds it; here it is drawn on a canvas, and only what is in view, so that 5,000
 * boxes move as easily as fifty.  A canvas says nothing to a screen reader: the dock below it says what is selected, with
 * all its lines as a table, and the still picture and the table of boxes stay on the page.  Fold, open and the place looked at
 * stand in the address.
 */
const root = document.getElementById("flow");

const KIND = {
        source: "named as stolen", between: "on the way", service: "service", mixer: "mixer",
        stopped: "not followed further", sitting: "not moved since",
};
/* Okabe-Ito, as the drawing module has them. */
const INK = { source: "#888", between: "#888", service: "#56b4e9", mixer: "#d55e00", stopped: "#cc79a7", sitting: "#009e73" };
const PAD = 8, LEADING = 14;
const MANY = 400, MARGIN = 0.3;         /* lines that are drawn as one from afar; of the view, on each side */
const READABLE = 0.6;                   /* words smaller than this are not read */
const SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

function make(name, properties, ...children) {
        const node = Object.assign(document.createElement(name), properties);
        node.append(...children);
        return node;
}

/* ---- the picture as data ---- */

/* How far a path goes up and down: of "M x y H x C ... H x" the y are known by their command. */
function extent(path) {
        let low = Infinity, high = -Infinity;
        for (const part of path.matchAll(/([MC])([^MCH]*)/g)) {
                const n = part[2].trim().split(/[\s,]+/).map(Number);
                for (let i = 1; i < n.length; i += 2) {
                        low = Math.min(low, n[i]);
                        high = Math.max(high, n[i]);
                }
        }
        return [low, high];
}

function read(data) {
        const boxes = data.boxes.map((b, i) => ({ ...b, i, x: b.box[0] / 10, y: b.box[1] / 10, w: b.box[2] / 10, h: b.box[3] / 10, in: [], out: [] }));
        const lines = data.lines.map(l => {
                const from = boxes[l.from], to = boxes[l.to], width = l.width / 10;
                const [low, high] = extent(l.path);
                const line = { ...l, from, to, width, x0: from.x + from.w, x1: to.x, y0: low - width / 2, y1: high + width / 2,
                               at: [l.at[0] / 10, l.at[1] / 10], shape: new Path2D(l.path), ink: INK[to.end ? to.kind : "between"] };
                from.out.push(line);
                to.in.push(line);
                return line;
        });
        lines.sort((a, b) => b.width - a.width);
        for (const b of boxes) {
                b.in.sort((p, q) => q.width - p.width);
                b.out.sort((p, q) => q.width - p.width);
        }
        return { ...data, boxes, lines, width: data.width / 10, height: data.height / 10, batches: batch(lines) };
}

/* From afar all lines of one colour and nearly one width are one stroke. */
function batch(lines) {
        const all = new Map();
        for (const l of lines) {
                const width = Math.max(1, Math.round(l.width)), key = l.ink + width;
                if (!all.has(key)) all.set(key, { ink: l.ink, width, shape: new Path2D() });
                all.get(key).shape.addPath(l.shape);
        }
        return [...all.values()].sort((a, b) => b.width - a.width);
}

/* ---- the canvas ---- */

const canvas = make("canvas", { className: "flow-canvas", tabIndex: 0 });
let paper = canvas.getContext("2d");
const dock = make("section", { className: "flow-dock" });
const said = make("p", { className: "flow-said" });
const title = make("p", { className: "flow-title" }), foot = make("p", { className: "flow-foot" });
let flow = null, selected = null, view = { x: 0, y: 0, k: 1 }, look = {}, waiting = 0, size = { w: 0, h: 0 };
let fold = [], open = [];

canvas.setAttribute("role", "application");
canvas.setAttribute("aria-label", "The flow. Arrow keys go along the lines, Enter folds and opens, plus and minus zoom, 0 shows all.");
dock.setAttribute("aria-label", "The selected box");
said.setAttribute("role", "status");

function readLook() {
        const style = getComputedStyle(document.documentElement);
        const ink = name => style.getPropertyValue(name).trim();
        look = { paper: ink("--paper"), ink: ink("--ink"), muted: ink("--muted"), rule: ink("--rule"), blue: ink("--blue"), mark: ink("--mark") };
}

/* Words broken to a width, once for each box. */
function wrap(words, font, width, most) {
        paper.font = font;
        const rows = [];
        let row = "";
        for (const word of words.split(/(?<=[\s\u2026])/)) {
                for (let piece = word; piece;) {
                        if (paper.measureText(row + piece).width <= width) {
                                row += piece;
                                break;
                        }
                        if (row) {
                                rows.push(row);
                                row = "";
                                continue;
                        }
                        let n = piece.length;
                        while (n > 1 && paper.measureText(piece.slice(0, n)).width > width) n--;
                        rows.push(piece.slice(0, n));
                        piece = piece.slice(n);
                }
                if (rows.length >= most) break;
        }
        if (row && rows.length < most) rows.push(row);
        return rows;
}

const BOLD = `600 11.5px ${SANS}`, NAME = `11.5px ${SANS}`, SMALL = `10px ${SANS}`;

function wordsOf(b) {
        if (!b.words) {
                const width = b.w - 2 * PAD + 4, rows = b.rows.length ? 1 : Math.max(1, Math.floor((b.h - 6) / LEADING));
                const font = b.end || b.kind !== "between" || b.members > 1 ? BOLD : NAME;
                const name = wrap(b.name, font, width, rows);
                b.words = { font, name, second: b.rows.length ? [] : wrap(b.second, SMALL, width, Math.max(0, rows - name.length)) };
        }
        return b.words;
}

function drawWords(b) {
        const words = wordsOf(b), tall = LEADING * (words.name.length + words.second.length);
        let y = b.rows.length ? b.y + 15 : b.y + (b.h - tall) / 2 + 11;
        paper.fillStyle = look.ink;
        paper.font = words.font;
        for (const row of words.name) paper.fillText(row, b.x + PAD, y), y += LEADING;
        paper.fillStyle = look.muted;
        paper.font = SMALL;
        for (const row of words.second) paper.fillText(row, b.x + PAD, y), y += LEADING;
        for (const [name, on, at] of b.rows) {
                const top = b.y + at / 10 + 10;
                paper.font = SMALL;
                paper.fillStyle = look.muted;
                paper.fillText(name, b.x + PAD, top, b.w - 2 * PAD);
                paper.font = NAME;
                paper.fillStyle = look.ink;
                paper.fillText(on, b.x + PAD + 14, top + LEADING);
        }
}

function drawBox(b, near) {
        paper.fillStyle = near ? look.paper : b.end ? INK[b.kind] : look.muted;
        paper.fillRect(b.x, b.y, b.w, b.h);
        if (near) {
                paper.strokeStyle = b.end ? INK[b.kind] : look.muted;
                paper.lineWidth = b.kind === "source" || b.kind === "service" ? 2 : 1;
                paper.setLineDash(b.kind === "mixer" || (b.members > 1 && !b.rows.length) ? [4, 3] : []);
                paper.strokeRect(b.x, b.y, b.w, b.h);
                drawWords(b);
        }
}

function drawSelected(b) {
        paper.setLineDash([]);
        paper.strokeStyle = look.blue;
        paper.lineWidth = 3 / view.k;
        const gap = 3 / view.k;
        paper.strokeRect(b.x - gap, b.y - gap, b.w + 2 * gap, b.h + 2 * gap);
        paper.globalAlpha = 0.9;
        for (const l of [...b.in, ...b.out]) {
                paper.strokeStyle = l.ink;
                paper.lineWidth = Math.max(l.width, 1.5 / view.k);
                paper.stroke(l.shape);
        }
        paper.globalAlpha = 1;
}

/* Lines and boxes of the part x0..x1, y0..y1 onto what paper is set to. */
function drawPart(x0, y0, x1, y1, near) {
        const inside = o => o.x < x1 && o.x + o.w > x0 && o.y < y1 && o.y + o.h > y0;
        const lines = flow.lines.filter(l => l.x0 < x1 && l.x1 > x0 && l.y0 < y1 && l.y1 > y0);
        paper.setLineDash([]);
        paper.globalAlpha = 0.5;
        if (!near && lines.length > MANY) {
                for (const b of flow.batches) {
                        paper.strokeStyle = b.ink;
                        paper.lineWidth = Math.max(b.width, 0.7 / view.k);
                        paper.stroke(b.shape);
                }
        } else {
                for (const l of lines) {
                        paper.strokeStyle = l.ink;
                        paper.lineWidth = Math.max(l.width, 0.7 / view.k);
                        paper.stroke(l.shape);
                }
        }
        paper.globalAlpha = 1;
        for (const b of flow.boxes) if (inside(b)) drawBox(b, near);
        return lines;
}

function drawLineWords(lines, x0, y0, x1, y1) {
        for (const l of lines) {
                if (l.at[0] > x1 || l.at[0] + 160 < x0 || l.at[1] > y1 + 20 || l.at[1] < y0 - 20) continue;
                paper.font = BOLD;
                paper.fillStyle = look.ink;
                paper.fillText(l.shown, l.at[0], l.at[1]);
                const width = paper.measureText(l.shown).width;
                paper.font = SMALL;
                paper.fillStyle = look.muted;
                paper.fillText(l.when, l.at[0] + width + 6, l.at[1]);
        }
}

/* From afar thousands of lines are in view: they are drawn once, with a margin, and moved as one image until the margin
 * is used up. */
const far = { canvas: document.createElement("canvas"), flow: null, k: 0, x: 0, y: 0, w: 0, h: 0, ink: "" };

function drawFar(dense) {
        const wide = size.w / view.k, high = size.h / view.k;
        const kept = far.flow === flow && far.k === view.k && far.ink === look.paper && view.x >= far.x && view.y >= far.y &&
                     view.x + wide <= far.x + far.w && view.y + high <= far.y + far.h;
        if (!kept) {
                Object.assign(far, { flow, k: view.k, ink: look.paper, x: view.x - wide * MARGIN, y: view.y - high * MARGIN,
                                     w: wide * (1 + 2 * MARGIN), h: high * (1 + 2 * MARGIN) });
                far.canvas.width = Math.ceil(far.w * view.k * dense);
                far.canvas.height = Math.ceil(far.h * view.k * dense);
                const shown = paper;
                paper = far.canvas.getContext("2d");
                paper.fillStyle = look.paper;
                paper.fillRect(0, 0, far.canvas.width, far.canvas.height);
                paper.setTransform(dense * view.k, 0, 0, dense * view.k, -dense * view.k * far.x, -dense * view.k * far.y);
                drawPart(far.x, far.y, far.x + far.w, far.y + far.h, false);
                paper = shown;
        }
        paper.setTransform(1, 0, 0, 1, 0, 0);
        paper.drawImage(far.canvas, Math.round((far.x - view.x) * view.k * dense), Math.round((far.y - view.y) * view.k * dense));
}

function draw() {
        waiting = 0;
        if (!flow) return;
        const dense = devicePixelRatio || 1, near = view.k > 0.45, x1 = view.x + size.w / view.k, y1 = view.y + size.h / view.k;
        if (!near && flow.lines.length > MANY) {
                drawFar(dense);
                paper.setTransform(dense * view.k, 0, 0, dense * view.k, -dense * view.k * view.x, -dense * view.k * view.y);
        } else {
                paper.setTransform(dense, 0, 0, dense, 0, 0);
                paper.fillStyle = look.paper;
                paper.fillRect(0, 0, size.w, size.h);
                paper.setTransform(dense * view.k, 0, 0, dense * view.k, -dense * view.k * view.x, -dense * view.k * view.y);
                const lines = drawPart(view.x, view.y, x1, y1, near);
                if (near) drawLineWords(lines, view.x, view.y, x1, y1);
        }
        if (selected) drawSelected(selected);
        if (!root.dataset.drawn) {
                root.dataset.drawn = "yes";
                performance.mark("flow-drawn");
        }
}

function redraw() {
        if (!waiting) waiting = requestAnimationFrame(draw);
}

/* ---- where one looks ---- */

function fit() {
        const k = Math.min(size.w / (flow.width + 40), size.h / (flow.height + 40), 1);
        view = { k, x: -20 - Math.max(0, size.w / k - flow.width - 40) / 2 * (k < 1 ? 1 : 0), y: Math.min(0, (flow.height - size.h / k) / 2) };
        redraw();
}

/* All of it, where that can be read; else its source, as large as it is. */
function begin() {
        fit();
        if (view.k >= READABLE) return;
        const first = flow.boxes.find(b => b.kind === "source") || flow.boxes[0], k = 1;
        const lowest = Math.max(-20, flow.height + 20 - size.h / k), middle = first ? first.y + first.h / 2 - size.h / k / 2 : 0;
        view = { k, x: -20, y: flow.height + 40 < size.h / k ? (flow.height - size.h / k) / 2 : Math.min(lowest, Math.max(-20, middle)) };
}

/* As high as the picture is at that scale; on a small screen a finger must find room beside it to move the page. */
function setHeight() {
        const all = Math.min(size.w / (flow.width + 40), 1);
        canvas.style.height = `${Math.round(Math.max(280, Math.min((size.w < 600 ? 0.6 : 0.75) * innerHeight, 736, flow.height * (all >= READABLE ? all : 1) + 90)))}px`;
}

/* What the picture found stands above it, and what it rests on below. */
function setWords() {
        title.replaceChildren(make("b", { textContent: flow.title }), " ", make("span", { textContent: flow.subtitle }));
        foot.textContent = flow.foot;
}

function zoom(factor, px = size.w / 2, py = size.h / 2) {
        const k = Math.min(4, Math.max(0.01, view.k * factor));
        view = { k, x: view.x + px / view.k - px / k, y: view.y + py / view.k - py / k };
        keepPlace();
        redraw();
}

/* No further than it takes to have the box in view. */
function bring(b) {
        const gap = 24 / view.k, wide = size.w / view.k, high = size.h / view.k;
        if (b.x + b.w + gap > view.x + wide) view.x = b.x + b.w + gap - wide;
        if (b.x - gap < view.x) view.x = b.x - gap;
        if (b.y + b.h + gap > view.y + high) view.y = b.y + b.h + gap - high;
        if (b.y - gap < view.y) view.y = b.y - gap;
}

let placed = 0, moved = 0;
function keepPlace() {
        clearTimeout(placed);
        placed = setTimeout(() => {
                const at = [view.x, view.y].map(Math.round).join(",") + "," + view.k.toPrecision(3) + (selected ? "," + selected.id : "");
                history.replaceState(history.state, "", location.pathname + location.search + "#at=" + at);
        }, 300);
}

function placeOfAddress() {
        const at = /^#at=(-?\d+),(-?\d+),([\d.e-]+)(?:,(\+?[a-z0-9]+))?$/.exec(location.hash);
        if (!at || !(Number(at[3]) > 0)) return null;
        return { x: Number(at[1]), y: Number(at[2]), k: Number(at[3]), id: at[4] };
}

/* ---- the selected box ---- */

function rowsOf(lines, end) {
        return lines.slice(0, 200).map(l => {
                const button = make("button", { type: "button", className: "flow-to", textContent: l[end].name });
                button.addEventListener("click", () => { select(l[end]); canvas.focus(); });
                return make("tr", {}, make("td", { textContent: end === "from" ? "from" : "to" }), make("td", {}, button),
                            make("td", { className: "num", textContent: l.shown }), make("td", { textContent: l.when + (l.count > 1 ? `, ${l.count} payments` : "") }));
        });
}

function action(b) {
        if (b.id.startsWith("+")) return "Open it";
        if (fold.includes(b.id)) return "Open it again";
        return b.folds ? "Fold what only its coins reach" : "";
}

function showDock() {
        if (!selected) {
                dock.replaceChildren(make("p", { className: "flow-none", textContent: "Choose a box, or use the arrow keys in the picture." }));
                return;
        }
        const b = selected, words = action(b);
        const parts = [make("h2", { textContent: b.name }), make("p", { className: "flow-kind", textContent: KIND[b.kind] + (b.second ? ": " + b.second : "") })];
        if (b.text) parts.push(make("p", { className: "flow-id", textContent: b.text }));
        const amounts = [b.kind === "source" ? "" : `received ${b.in_shown}`, b.end ? "" : `${b.out_shown} goes on`].filter(Boolean).join(", ");
        parts.push(make("p", { textContent: `In ${flow.unit}: ${amounts}` + (b.members > 1 ? `; ${b.members} boxes in one` : "") }));
        if (words) {
                const button = make("button", { type: "button", textContent: words });
                button.addEventListener("click", () => toggle(b));
                parts.push(make("p", {}, button));
        }
        const table = make("table", {}, make("tbody", {}, ...rowsOf(b.in, "from"), ...rowsOf(b.out, "to")));
        dock.replaceChildren(make("div", {}, ...parts), table);
        if (b.in.length > 200 || b.out.length > 200) dock.append(make("p", { textContent: "The 200 largest each way; the table below the picture has all." }));
}

function select(b, quiet) {
        selected = b;
        if (b) {
                if (!quiet) bring(b);
                said.textContent = `${b.name}. ${b.second} Received ${b.in_shown} ${flow.unit}. ${b.out.length} lines go on. ${action(b)}`;
        }
        showDock();
        keepPlace();
        redraw();
}

/* ---- folding and opening ---- */

function address(base) {
        const more = [fold.length ? "fold=" + fold.join(",") : "", open.length ? "open=" + open.join(",") : ""].filter(Boolean).join("&");
        return more ? base + (base.includes("?") ? "&" : "?") + more : base;
}

async function load(near) {
        root.classList.add("flow-busy");
        said.textContent = "Loading the flow";
        try {
                const reply = await fetch(address(root.dataset.src), { headers: { Accept: "application/json" } });
                const data = await reply.json();
                if (!reply.ok) throw new Error(data.detail || reply.status);
                const before = near && { x: (near.x - view.x) * view.k, y: (near.y - view.y) * view.k };
                const first = !flow;
                flow = read(data);
                setWords();
                if (first) {
                        const at = placeOfAddress();
                        setHeight();
                        if (at) view = { x: at.x, y: at.y, k: at.k };
                        else begin();
                        selected = (at && flow.boxes.find(b => b.id === at.id || b.id === "+" + at.id)) || null;
                } else if (near) {
                        const bare = near.id.replace("+", "");
                        selected = flow.boxes.find(b => b.id === near.id) || flow.boxes.find(b => b.id === bare) || flow.boxes.find(b => b.id === "+" + bare) || null;
                        if (selected) view = { ...view, x: selected.x - before.x / view.k, y: selected.y - before.y / view.k };
                } else {
                        selected = null;
                }
                said.textContent = `${flow.boxes.length} boxes and ${flow.lines.length} lines are drawn, of ${flow.nodes} and ${flow.payments}.`;
                showDock();
                redraw();
        } catch (why) {
                said.textContent = `The flow could not be loaded: ${why.message}. The still picture below is whole.`;
        } finally {
                root.classList.remove("flow-busy");
        }
}

function toggle(b) {
        if (!b || !action(b)) return;
        if (b.id.startsWith("+")) open = [...new Set([...open, ...b.nodes])];
        else if (fold.includes(b.id)) fold = fold.filter(id => id !== b.id);
        else fold = [...fold, b.id];
        history.pushState({ fold, open }, "", address(root.dataset.page));
        load(b);
}

/* ---- hands and keys ---- */

function boxAt(px, py) {
        const x = view.x + px / view.k, y = view.y + py / view.k, slack = 3 / view.k;
        return flow && flow.boxes.find(b => x >= b.x - slack && x <= b.x + b.w + slack && y >= b.y - slack && y <= b.y + b.h + slack);
}

function alongColumn(b, step) {
        const column = flow.boxes.filter(o => o.column === b.column && o.end === b.end).sort((p, q) => p.y - q.y);
        return column[column.indexOf(b) + step];
}

function press(event) {
        if (!flow || event.ctrlKey || event.metaKey || event.altKey) return;
        const start = () => flow.boxes.find(b => b.kind === "source") || flow.boxes[0];
        const ways = {
                ArrowRight: () => select(selected ? (selected.out[0]?.to || selected) : start()),
                ArrowLeft: () => select(selected ? (selected.in[0]?.from || selected) : start()),
                ArrowUp: () => select(selected ? (alongColumn(selected, -1) || selected) : start()),
                ArrowDown: () => select(selected ? (alongColumn(selected, 1) || selected) : start()),
                Enter: () => toggle(selected), " ": () => toggle(selected),
                "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit(), Escape: () => select(null),
        };
        if (!ways[event.key]) return;
        event.preventDefault();
        event.stopPropagation();
        ways[event.key]();
}

function listen() {
        const fingers = new Map();
        let apart = 0;
        canvas.addEventListener("pointerdown", event => {
                fingers.set(event.pointerId, event);
                try { canvas.setPointerCapture(event.pointerId); } catch { /* a made event has no pointer to hold */ }
                moved = 0;
                apart = 0;
        });
        canvas.addEventListener("pointermove", event => {
                const last = fingers.get(event.pointerId);
                if (!last) return;
                fingers.set(event.pointerId, event);
                if (fingers.size === 2) {
                        const [a, b] = [...fingers.values()], now = Math.hypot(a.offsetX - b.offsetX, a.offsetY - b.offsetY);
                        if (apart) zoom(now / apart, (a.offsetX + b.offsetX) / 2, (a.offsetY + b.offsetY) / 2);
                        apart = now;
                        return;
                }
                const dx = event.offsetX - last.offsetX, dy = event.offsetY - last.offsetY;
                moved += Math.abs(dx) + Math.abs(dy);
                view.x -= dx / view.k;
                view.y -= dy / view.k;
                keepPlace();
                redraw();
        });
        for (const name of ["pointerup", "pointercancel"])
                canvas.addEventListener(name, event => {
                        fingers.delete(event.pointerId);
                        if (name === "pointerup" && moved < 5) {
                                const b = boxAt(event.offsetX, event.offsetY);
                                if (b && b === selected) toggle(b);
                                else select(b || null, true);
                        }
                });
        canvas.addEventListener("wheel", event => {
                if (!event.ctrlKey && document.activeElement !== canvas) return;        /* the page scrolls */
                event.preventDefault();
                zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
        }, { passive: false });
        canvas.addEventListener("keydown", press);
        addEventListener("popstate", event => {
                const query = new URLSearchParams(location.search), list = name => (query.get(name) || "").split(",").filter(Boolean);
                fold = event.state?.fold || list("fold");
                open = event.state?.open || list("open");
                load(selected);
        });
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readLook(); redraw(); });
        new ResizeObserver(() => {
                const dense = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
                if (w === size.w && h === size.h) return;
                size = { w, h };
                canvas.width = Math.round(w * dense);
                canvas.height = Math.round(h * dense);
                if (flow && !moved && !placeOfAddress()) begin();
                draw();
        }).observe(canvas);
}

function tools() {
        const bar = make("div", { className: "flow-tools" });
        bar.setAttribute("role", "group");
        bar.setAttribute("aria-label", "Zoom");
        for (const [words, label, act] of [["+", "Closer", () => zoom(1.25)], ["\u2212", "Further away", () => zoom(0.8)], ["All", "All of the picture", fit]]) {
                const button = make("button", { type: "button", textContent: words, title: label });
                button.setAttribute("aria-label", label);
                button.addEventListener("click", act);
                bar.append(button);
        }
        return bar;
}

if (root && paper) {
        const still = root.querySelector(".flow-still");
        const list = name => (root.dataset[name] || "").split(",").filter(Boolean);
        fold = list("fold");
        open = list("open");
        readLook();
        const kept = make("details", { className: "flow-kept" }, make("summary", { textContent: "The same as a still picture" }));
        still.replaceWith(title, make("div", { className: "flow-live" }, make("div", { className: "flow-stage" }, canvas, tools()), dock), said, foot, kept);
        kept.append(still);
        size = { w: canvas.clientWidth, h: canvas.clientHeight };
        canvas.width = Math.round(size.w * (devicePixelRatio || 1));
        canvas.height = Math.round(size.h * (devicePixelRatio || 1));
        listen();
        showDock();
        load(null);
}
