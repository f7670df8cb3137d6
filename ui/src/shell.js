/* On every page: keys.  "/" goes to the page's search, "g" and a letter to another page, "?" shows them all.
 *
 * Whoever uses a screen reader or speaks to the machine may need those letters for something else (WCAG 2.2,
 * 2.1.4): the list of keys has the switch that turns them off, and the choice stays in this browser.
 * Nothing is heard while somebody types.
 */
const OFF = "embargo.keys.off";

function isOff() {
        try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

function setOff(off) {
        try { off ? localStorage.setItem(OFF, "yes") : localStorage.removeItem(OFF); } catch { /* kept for this page only */ }
}

let off = isOff();

/* Each entry of the bar by the first letter of its name that none before it has. */
function pages() {
        const letter = new Map();
        for (const link of document.querySelectorAll("nav.bar a")) {
                const free = [...link.textContent.toLowerCase()].find(c => c >= "a" && c <= "z" && c !== "g" && !letter.has(c));
                if (free) letter.set(free, link);
        }
        return letter;
}

function make(name, properties, ...children) {
        const node = Object.assign(document.createElement(name), properties);
        node.append(...children);
        return node;
}

function keys(...names) {
        return make("dt", {}, ...names.flatMap((name, i) => i ? [" ", make("kbd", { textContent: name })] : [make("kbd", { textContent: name })]));
}

function makeDialog() {
        const list = make("dl", { className: "keys-list" });
        list.append(keys("/"), make("dd", { textContent: "Search" }), keys("?"), make("dd", { textContent: "These keys" }));
        for (const [letter, link] of pages())
                list.append(keys("g", letter), make("dd", { textContent: link.textContent }));
        const box = make("input", { type: "checkbox", checked: !off });
        box.addEventListener("change", () => setOff(off = !box.checked));
        const close = make("button", { type: "button", textContent: "Close" });
        const dialog = make("dialog", { id: "keys", className: "keys" }, make("h2", { id: "keys-title", textContent: "Keys" }), list,
                make("p", {}, make("label", {}, box, " Letters are shortcuts")), make("p", {}, close));
        dialog.setAttribute("aria-labelledby", "keys-title");
        close.addEventListener("click", () => dialog.close());
        document.body.append(dialog);
        return dialog;
}

function showKeys() {
        const dialog = document.getElementById("keys") || makeDialog();
        if (!dialog.open) dialog.showModal();
}

function search() {
        const field = document.querySelector("main input[type=search], main textarea, main input:not([type=hidden])");
        if (field) field.focus();
        else location.assign(document.querySelector('nav.bar a[href^="/screen"]')?.href ?? "/");
}

function typing(target) {
        return target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog");
}

let went = 0;

document.addEventListener("keydown", event => {
        if (off || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
        const after = event.timeStamp - went < 1500;
        went = 0;
        if (after) {
                const link = pages().get(event.key.toLowerCase());
                if (link) event.preventDefault(), link.click();
        } else if (event.key === "g") {
                went = event.timeStamp;
        } else if (event.key === "/") {
                event.preventDefault();
                search();
        } else if (event.key === "?") {
                event.preventDefault();
                showKeys();
        }
});

const hint = make("button", { type: "button", className: "keys-hint", textContent: "Keys" });
hint.addEventListener("click", showKeys);
document.querySelector("footer.end")?.append(make("p", {}, hint));
