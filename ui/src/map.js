/* The map of ships: tracks, events, ports, and a span of time that is moved by hand or plays.
 *
 * Everything comes from this service: the land is its own outlines, there are no tiles, no letters to be fetched, nobody else is asked.  What the
 * map shows stands in the list beside it and on the pages of the ships, so nothing is lost to whoever cannot see or use it; where
 * WebGL is missing, the still map of the page stays.
 */
import { Map as Chart, Marker, ScaleControl, setWorkerCount, setWorkerUrl } from "maplibre-gl";
import { LandLayer, packLand } from "./part/land_layer.js";
import { packTracks, TracksLayer } from "./part/tracks_layer.js";

const CLASS = { encounter: "meeting", "dark-meeting": "meeting", gap: "silence", "hidden-call": "call", "port-call": "call", identity: "identity" };
const place = document.getElementById("map"), still = document.getElementById("map-still");

function make(name, properties, ...children) {
        const node = Object.assign(document.createElement(name), properties);
        node.append(...children);
        return node;
}

const said = make("p", { className: "map-said", id: "map-said", textContent: "The tracks are being loaded." });
said.setAttribute("role", "status");

async function load(address) {
        const reply = await fetch(address);
        if (!reply.ok) throw new Error(`${address.split("?")[0]}: ${(await reply.json().catch(() => ({}))).detail || reply.status}`);
        return reply.json();
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const colours = () => dark.matches ? { sea: "#15171a", land: "#2c3036", shore: "#4a5058", port: "#a3a9b1" }
                                   : { sea: "#ffffff", land: "#e7e7e2", shore: "#b9b9b2", port: "#5a5f66" };

/* A box of degrees, wider by a part of itself and by so much at least, within what Mercator can show. */
function widened([west, south, east, north], part, least) {
        const dx = Math.max((east - west) * part, least), dy = Math.max((north - south) * part, least);
        return [Math.max(-180, west - dx), Math.max(-80, south - dy), Math.min(180, east + dx), Math.min(82, north + dy)];
}

const hours = s => new Date(s * 1000).toISOString().slice(0, 16).replace("T", " ");

/* ---- what is drawn ---- */

/* Names of the regime's ports and of those that events name; no more, or the map is all names. */
function addPorts(map, coast, events) {
        const named = new Set(events.map(e => e.port.replace(/ \([a-z]*\)$/, "")).filter(Boolean));
        const shown = coast.features.filter(f => f.properties.class === "port" && named.has(f.properties.name)).slice(0, 40);
        for (const f of shown) {
                const label = make("span", { className: "map-port", textContent: f.properties.name });
                label.setAttribute("aria-hidden", "true");
                new Marker({ element: label, anchor: "left", offset: [6, 0] }).setLngLat(f.geometry.coordinates).addTo(map);
        }
}

/* Signs that would cover each other stand side by side. */
function offsetOf(event, before) {
        const near = before.filter(b => Math.abs(b.lon - event.lon) < .35 && Math.abs(b.lat - event.lat) < .25).length;
        return [near * 22, 0];
}

function addSigns(map, events) {
        const signs = [];
        for (const event of events.filter(e => e.number).slice(0, 300)) {
                const entry = document.querySelector(`.map-list li[data-n="${event.number}"]`);
                const button = make("button", { type: "button", className: `map-sign ${CLASS[event.kind] || ""}`, textContent: event.number, tabIndex: -1 });
                button.setAttribute("aria-label", `sign ${event.number}: ${event.kind}, ${event.start.slice(0, 16).replace("T", " ")}`);
                const marker = new Marker({ element: button, offset: offsetOf(event, signs) }).setLngLat([event.lon, event.lat]).addTo(map);
                const sign = { ...event, entry, marker, from: Date.parse(event.start) / 1000, to: Date.parse(event.end) / 1000 };
                const choose = () => {
                        document.querySelectorAll(".map-list .on").forEach(li => li.classList.remove("on"));
                        entry?.classList.add("on");
                        entry?.scrollIntoView({ block: "nearest" });
                        said.textContent = `${event.number}: ${event.reason}. Or: ${event.else}.`;
                };
                button.addEventListener("click", e => { e.stopPropagation(); choose(); });
                if (entry) {
                        const show = make("button", { type: "button", textContent: "Show" });
                        show.setAttribute("aria-label", `Show sign ${event.number} on the map`);
                        show.addEventListener("click", () => { map.flyTo({ center: [event.lon, event.lat], zoom: Math.max(map.getZoom(), 7) }); choose(); });
                        entry.append(" ", show);
                }
                signs.push(sign);
        }
        return signs;
}

/* ---- time ---- */

function range(label, max, value) {
        const input = make("input", { type: "range", min: 0, max, step: 1, value });
        const out = make("output", {});
        return { input, out, label: make("label", {}, label + " ", out, input) };
}

/* Two handles, a step and a play; change(from, to) in seconds since 1970. */
function timeline(first, last, change) {
        const unit = Math.max(60, Math.ceil((last - first) / 1000 / 60) * 60), most = Math.ceil((last - first) / unit);
        const from = range("From", most, 0), to = range("to", most, most);
        const play = make("button", { type: "button", textContent: "Play" });
        const back = make("button", { type: "button", textContent: "A step back" }), on = make("button", { type: "button", textContent: "A step on" });
        let timer = 0;
        const tell = () => {
                const a = first + from.input.valueAsNumber * unit, b = first + to.input.valueAsNumber * unit;
                for (const [r, s] of [[from, a], [to, b]]) {
                        r.out.textContent = hours(s) + " UTC";
                        r.input.setAttribute("aria-valuetext", hours(s) + " UTC");
                }
                change(a, b);
        };
        const set = (a, b) => { from.input.value = a; to.input.value = b; tell(); };
        from.input.addEventListener("input", () => { if (from.input.valueAsNumber > to.input.valueAsNumber) to.input.value = from.input.value; tell(); });
        to.input.addEventListener("input", () => { if (to.input.valueAsNumber < from.input.valueAsNumber) from.input.value = to.input.value; tell(); });
        /* A window that holds everything would not move: it becomes a tenth. */
        const move = by => {
                const a = from.input.valueAsNumber, b = to.input.valueAsNumber;
                if (b - a >= most) set(0, Math.ceil(most / 10));
                else {
                        by = Math.max(-a, Math.min(by, most - b));
                        set(a + by, b + by);
                }
                return to.input.valueAsNumber < most;
        };
        const step = () => Math.max(1, Math.round((to.input.valueAsNumber - from.input.valueAsNumber) / 4));
        const stop = () => { clearInterval(timer); timer = 0; play.textContent = "Play"; };
        back.addEventListener("click", () => move(-step()));
        on.addEventListener("click", () => move(step()));
        play.addEventListener("click", () => {
                if (timer) return stop();
                if (to.input.valueAsNumber >= most) {   /* from the beginning, with the window that was chosen */
                        const wide = to.input.valueAsNumber - from.input.valueAsNumber;
                        set(0, wide < most ? Math.max(1, wide) : Math.ceil(most / 10));
                }
                play.textContent = "Pause";
                timer = setInterval(() => { if (!move(Math.max(1, Math.round(most / 300)))) stop(); }, 100);
        });
        const read = () => [first + from.input.valueAsNumber * unit, first + to.input.valueAsNumber * unit];
        const write = (a, b) => set(Math.max(0, Math.round((a - first) / unit)), Math.min(most, Math.round((b - first) / unit)));
        return { node: make("div", {}, make("div", { className: "map-time" }, from.label, to.label),
                            make("p", { className: "map-keys" }, play, back, on)), tell, read, write };
}

/* ---- the page ---- */

/* The address keeps the view and the span, so that a link shows what is seen. */
function keepAddress(map, time) {
        const c = map.getCenter(), [a, b] = time.read();
        history.replaceState(null, "", `#view=${map.getZoom().toFixed(2)}/${c.lat.toFixed(4)}/${c.lng.toFixed(4)}&time=${a}/${b}`);
}

function readAddress() {
        const view = /view=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)/.exec(location.hash), time = /time=(-?\d+)\/(-?\d+)/.exec(location.hash);
        return { view: view && { zoom: +view[1], center: [+view[3], +view[2]] }, time: time && [+time[1], +time[2]] };
}

function shipHref(hull) { return "/ships/" + String(hull.mmsi).padStart(9, "0"); }

function answerPointer(map, layer, signs) {
        const within = () => 8 / (512 * 2 ** map.getZoom());
        let waiting = false;
        map.on("mousemove", e => {
                if (waiting) return;
                waiting = true;
                requestAnimationFrame(() => {
                        waiting = false;
                        const hull = layer.nearest(e.lngLat, within());
                        map.getCanvas().classList.toggle("map-over", !!hull);
                        if (hull) said.textContent = `${hull.name} ${hull.mmsi}: ${hull.positions} positions, ${hull.first.slice(0, 16)} to ${hull.last.slice(0, 16)}. A click opens its life.`;
                });
        });
        map.on("click", e => {
                const hull = layer.nearest(e.lngLat, within());
                if (hull) location.assign(shipHref(hull));
        });
}

function zoomKeys(map, layer, box) {
        const button = (text, label, act) => {
                const b = make("button", { type: "button", textContent: text });
                b.setAttribute("aria-label", label);
                b.addEventListener("click", act);
                return b;
        };
        const only = make("input", { type: "checkbox", checked: layer.only });
        only.addEventListener("change", () => { layer.only = only.checked; map.triggerRepaint(); });
        return make("p", { className: "map-keys" }, button("+", "Nearer", () => map.zoomIn()), button("\u2212", "Farther", () => map.zoomOut()),
                    button("Everything", "Show everything", () => map.fitBounds(box, { padding: 30 })),
                    make("label", {}, only, " only ships of these events"));
}

async function start() {
        const none = { events: [], ships: [] };
        const [events, tracks] = await Promise.all([place.dataset.events ? load(place.dataset.events) : none, load(place.dataset.tracks)]);
        if (!tracks.features.length) throw new Error("no ship was heard there and then");
        const involved = new Map(events.ships.map((s, i) => [s.mmsi, i % 6 + 1]));
        const packed = packTracks(tracks, mmsi => involved.get(mmsi) || 0);
        const inner = widened(packed.box, .05, .3), near = widened(packed.bright || packed.box, .1, .3), outer = widened(packed.box, .6, 6);
        const outlines = load(`${place.dataset.coast}?box=${outer.map(d => d.toFixed(2)).join(",")}`);
        const asked = readAddress();
        place.className = "map-box";
        place.hidden = false;
        /* The style is empty: land and tracks are layers of ours, and the sea is the box's background. */
        const map = new Chart({ container: place, style: { version: 8, sources: {}, layers: [] }, attributionControl: false, bounds: near,
                                fitBoundsOptions: { padding: 30 }, maxZoom: 15, maxPitch: 0, dragRotate: false, pitchWithRotate: false, touchPitch: false,
                                fadeDuration: 0, renderWorldCopies: false, locale: { "Map.Title": "Map of ships; the list beside says what the signs are" } });
        map.touchZoomRotate.disableRotation();
        map.keyboard.disableRotation();
        map.addControl(new ScaleControl({ unit: "metric" }));
        if (asked.view) map.jumpTo(asked.view);
        const layer = new TracksLayer(packed);
        layer.only = place.dataset.only === "yes";
        const [coast] = await Promise.all([outlines, new Promise(done => map.once("style.load", done))]);
        const paint = () => { place.style.background = colours().sea; map.triggerRepaint(); };
        paint();
        if (outer[2] - outer[0] < 180) map.setMaxBounds(outer);         /* beyond it there is no land to draw */
        map.addLayer(new LandLayer(packLand(coast, packed.middle), colours));
        map.addLayer(layer);
        still.hidden = true;
        const signs = addSigns(map, events.events);
        addPorts(map, coast, events.events);
        const time = timeline(Math.floor(packed.first), Math.ceil(Date.parse(tracks.to) / 1000), (a, b) => {
                layer.span = [a - packed.first, b - packed.first];
                for (const s of signs) {
                        const out = s.to < a || s.from > b;
                        s.marker.getElement().hidden = out;
                        if (s.entry) s.entry.hidden = out;
                }
                map.triggerRepaint();
        });
        place.after(time.node, zoomKeys(map, layer, inner), said);
        asked.time ? time.write(...asked.time) : time.tell();
        answerPointer(map, layer, signs);
        map.on("moveend", () => keepAddress(map, time));
        time.node.addEventListener("change", () => keepAddress(map, time));
        dark.addEventListener("change", paint);
        const less = tracks.given < tracks.positions ? `, of ${tracks.positions.toLocaleString("en-GB")} that were heard` : "";
        said.textContent = `${tracks.given.toLocaleString("en-GB")} positions of ${tracks.features.length.toLocaleString("en-GB")} hulls are drawn${less}. A click on a track opens the ship's life.`;
        map.once("idle", () => { performance.mark("map-idle"); place.dataset.ready = "yes"; });
}

if (place && document.createElement("canvas").getContext("webgl2")) {
        setWorkerUrl("/ui/map-worker.js");
        setWorkerCount(1);
        place.before(said);
        start().catch(e => {
                place.hidden = true;
                still.hidden = false;
                said.textContent = `The moving map could not be made (${e.message}); this is the still one.`;
        });
} else if (still) {
        still.before(make("p", { className: "map-said", textContent: "This browser draws no WebGL, so this is the still map; the form below chooses the span." }));
}
