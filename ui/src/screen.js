/* Screen: results as one types.  The search is the server's (/screen.json); the cards are those of src/serve/may_card.c, word for
 * word, so that it makes no difference whether this script ran.
 *
 * Each key starts a search a moment later and ends the one before; the address follows, so that it can be given to others.
 * Arrows go from the box through the results and back, Escape returns to the box and empties it, Enter opens.
 */
import { h, render } from "preact";
import htm from "htm";

const html = htm.bind(h);
const form = document.getElementById("may-ask"), box = document.getElementById("may-q");
const found = document.getElementById("may-found"), count = document.getElementById("may-count"), start = document.getElementById("may-start");
const known = new URLSearchParams(location.search).get("known");

/* ---- text, as src/report/html.c shows it ---- */

// Code points that act on the screen instead of being read are shown as what they are.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff\ufffe\uffff\u{f0000}-\u{10ffff}]/gu;
const shown = text => text.replace(HIDDEN, c => `\u27e8U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}\u27e9`);

// Three digits, halves to even as C's printf has them.
function fixed(x) {
        const four = x.toFixed(4), three = four.slice(0, -1);
        return four.endsWith("5") && Number(four) === x && "02468".includes(three.at(-1)) ? three : x.toFixed(3);
}

const signed = x => (x < 0 ? "" : "+") + fixed(x);
const many = n => n.toLocaleString("en-US");
const escaped = text => encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replace(/%3A/g, ":");
const address = id => `/parties/${escaped(id)}${known ? `?known=${escaped(known)}` : ""}`;

/* ---- a card ---- */

const bands = { "no": "v may-no", "review": "v may-review", "likely": "v may-likely", "may be the same": "v may-same" };

const word = (head, text) => html`<td data-h=${head}>${text ? shown(text) : html`<i>nothing</i>`}</td>`;
const number = (head, text) => html`<td class="num" data-h=${head}>${text}</td>`;

function line(m) {
        const programmes = m.programmes.slice(0, 4);
        return html`May match ${m.met} <b>${shown(m.name_kind === "number" ? m.number : m.listed_name)}</b>${
                m.number && m.name_kind !== "number" ? html` and its number <b>${shown(m.number)}</b>` : ""}. A ${m.kind} of the list <b>${
                shown(m.dataset)}</b>${m.list_date ? ` of ${m.list_date}` : ""}, entry ${shown(m.entry)}${
                programmes.map((p, i) => (i ? ", " : ", programme ") + shown(p)).join("")}${m.listed ? `, listed ${m.listed}` : ""}.`;
}

const reasons = m => html`<div class="table as-table" tabindex="0" role="group" aria-label="Word by word"><table class="may-why">
        <thead><tr><th scope="col">Asked</th><th scope="col">Listed</th><th scope="col">How they meet</th><th scope="col" class="num">Weight</th>
                <th scope="col" class="num">Cost</th><th scope="col" class="num">Adds</th></tr></thead>
        <tbody>${m.reasons.map(r => html`<tr>${word("Asked", r.asked)}${word("Listed", r.listed)}${word("How", r.rule)}${
                number("Weight", fixed(r.weight))}${number("Cost", fixed(r.cost))}${number("Adds", signed(r.points))}</tr>`)}
        ${m.qualifiers.map(q => html`<tr>${word("Asked", q.asked)}${word("Listed", q.listed)}<td data-h="How">${q.what}: ${q.why}</td><td></td><td></td>${
                number("Adds", signed(q.points))}</tr>`)}</tbody>
        <tfoot><tr><th scope="row" colspan="5">The sum is the score</th>${number("Score", fixed(m.score))}</tr></tfoot></table></div>`;

const side = (head, clauses, none) => html`<div><h3>${head}</h3><ul>${clauses.length ? clauses.map(c => html`<li>${shown(c)}</li>`) : html`<li>${none}</li>`}</ul></div>`;

function foot(m) {
        return html`<p class="foot">${m.probability > 0 ? `Of the labelled pairs of names with such a score, half of all being true, ${
                Math.round(Math.round(m.probability * 1e4) / 100)} in 100 were one party; of people met by chance far fewer are.` : ""}${
                m.runner_up ? ` Its next best name: ${shown(m.runner_up)} (${fixed(m.runner_up_score)}).` : ""}</p>`;
}

const card = (m, i) => html`<article class="may" aria-labelledby=${`may-${i}`}>
        <h2 id=${`may-${i}`}><a href=${address(m.id)}>${shown(m.caption || m.entry)}</a>${
                m.scripts.map(s => html` ${h("bdi", s.lang ? { class: "may-script", lang: s.lang } : { class: "may-script" }, shown(s.text))}`)}</h2>
        <p class="may-line"><span class=${bands[m.band]}>${m.band}</span>${" "}<b class="may-score">${fixed(m.score)}</b>${" "}${line(m)}</p>
        ${reasons(m)}
        <div class="may-sides">${side("What speaks against", m.speaks_against, "nothing that was asked or that the list says")}${
                side("What would rule it out", m.would_rule_out, "the list says nothing more that could")}</div>
        ${foot(m)}</article>`;

/* ---- the whole ---- */

function sentence(a) {
        const n = a.results.length;
        if (!n) return "No entry of these lists reaches the least score. That is no clearance: a name may be spelt otherwise, and only these lists were asked.";
        return `${many(n)}${n === 1 ? " entry may match" : " entries may match"}${n === a.limit ? ", and there may be more below them" : ""}; ${
                many(a.compared)}${a.compared === 1 ? " name was" : " names were"} compared word by word. A likeness of names is no identity.`;
}

let ours = false;       // the results are no longer the server's

function put(results) {
        if (!ours) found.textContent = "";
        ours = true;
        render(html`${results.map(card)}`, found);
}

function say(text) {
        if (count.textContent !== text) count.textContent = text;
}

function query() {
        const given = new URLSearchParams();
        for (const [name, value] of new FormData(form))
                if (value.trim()) given.set(name, value.trim());
        return given;
}

/* The address, the links to the same as data and the command belong to the question. */
function follow(given) {
        const text = given.toString();
        history.replaceState(null, "", text ? `/screen?${text}` : "/screen");
        document.querySelector(".wrong")?.remove();
        for (const p of document.querySelectorAll("footer.end > p")) {
                const links = p.querySelectorAll('a[href^="/screen."]');
                for (const link of links) link.search = text;
                if (p.querySelector("code") && /^On the command line/.test(p.textContent)) p.hidden = true;
                if (links.length) p.hidden = !given.get("q");
        }
}

let running = null, later = 0;

async function search() {
        const given = query();
        running?.abort();
        follow(given);
        start.hidden = Boolean(given.get("q"));
        if (!given.get("q")) {
                put([]);
                say("");
                return;
        }
        const mine = running = new AbortController();
        found.setAttribute("aria-busy", "true");
        try {
                const reply = await fetch(`/screen.json?${given}`, { signal: mine.signal });
                const answer = await reply.json();
                if (mine.signal.aborted) return;
                put(reply.ok ? answer.results : []);
                say(reply.ok ? sentence(answer) : answer.detail ?? "This could not be answered.");
        } catch (e) {
                if (e.name !== "AbortError") say("The server does not answer. Is embargo serve still running?");
        } finally {
                if (running === mine) found.removeAttribute("aria-busy");
        }
}

function soon() {
        clearTimeout(later);
        later = setTimeout(search, 150);
}

function move(by) {
        const stops = [box, ...found.querySelectorAll("h2 a")];
        const at = stops.indexOf(document.activeElement);
        if (at < 0) return false;
        const to = stops[Math.min(Math.max(at + by, 0), stops.length - 1)];
        if (to === stops[at]) return false;
        to.focus();
        return true;
}

if (form && box && found && count && start) {
        box.addEventListener("input", event => { if (!event.isComposing) soon(); });
        box.addEventListener("compositionend", soon);   // Hangul and Han are composed of several keys
        form.addEventListener("formdata", event => {    // what is empty is not in the address
                for (const [name, value] of [...event.formData]) if (!value.trim()) event.formData.delete(name);
        });
        form.addEventListener("change", event => { if (event.target !== box) soon(); });
        document.addEventListener("keydown", event => {
                if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
                if ((event.key === "ArrowDown" && move(1)) || (event.key === "ArrowUp" && move(-1))) event.preventDefault();
                if (event.key === "Escape" && (document.activeElement === box || found.contains(document.activeElement))) {
                        event.preventDefault();
                        if (document.activeElement !== box) { box.focus(); return; }
                        box.value = "";
                        soon();
                }
        });
}
