/* On /add: files may be dropped anywhere on the box, and it is seen how far they have come.
 *
 * The form stays what it is without this: the same fields go to the same address, only by a request of our own that tells of
 * its progress.  Whoever uses the keyboard uses the file field, which is all that is needed.
 */
const drop = document.querySelector(".do-drop");
const form = drop?.closest("form");
const input = form?.querySelector('input[type="file"]');

function make(name, properties, ...children) {
        const node = Object.assign(document.createElement(name), properties);
        node.append(...children);
        return node;
}

function size(bytes) {
        const unit = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
        return `${(bytes / unit[0]).toFixed(1)} ${unit[1]}`;
}

const bar = make("progress", { max: 1, value: 0 });
bar.setAttribute("aria-label", "How much has arrived");
const words = make("span", {});
const stop = make("button", { type: "button", textContent: "Stop" });
const status = make("p", { className: "do-arriving", hidden: true }, bar, " ", words, " ", stop);
status.setAttribute("role", "status");

function say(text) { words.textContent = text; }

function send(data) {
        const request = new XMLHttpRequest();
        const button = form.querySelector("button.main");
        let told = 0;
        button.disabled = true;
        status.hidden = stop.hidden = bar.hidden = false;
        say("Sending");
        stop.onclick = () => request.abort();
        request.upload.onprogress = event => {
                bar.value = event.total ? event.loaded / event.total : 0;
                if (Date.now() - told < 500 && event.loaded < event.total) return;
                told = Date.now();      /* a reader of the screen hears it no more often */
                say(`${size(event.loaded)} of ${size(event.total)}`);
        };
        const over = text => { button.disabled = false; stop.hidden = bar.hidden = true; say(text); };
        request.onload = () => {
                if (request.status < 400) { location.assign(request.responseURL); return; }
                const page = new DOMParser().parseFromString(request.responseText, "text/html");
                over(page.querySelector("main [role=status]")?.textContent || "It was refused; choose it again.");
        };
        request.onerror = () => over("The service cannot be reached. What has come is listed below when you load this page again.");
        request.onabort = () => over("Stopped; nothing of it was kept.");
        request.open("POST", form.action);
        request.setRequestHeader("Accept", "text/html");
        request.send(data);
}

function start() {
        form.addEventListener("submit", event => {
                event.preventDefault();
                send(new FormData(form));
        });
        let inside = 0;
        const over = on => drop.classList.toggle("do-over", on);
        drop.addEventListener("dragenter", event => { event.preventDefault(); inside++; over(true); });
        drop.addEventListener("dragleave", () => { if (--inside <= 0) { inside = 0; over(false); } });
        drop.addEventListener("dragover", event => event.preventDefault());
        drop.addEventListener("drop", event => {
                event.preventDefault();
                inside = 0;
                over(false);
                if (!event.dataTransfer.files.length) { status.hidden = false; bar.hidden = stop.hidden = true; say("That is no file."); return; }
                input.files = event.dataTransfer.files;
                form.requestSubmit();
        });
        drop.querySelector("label").after(make("p", { className: "key", textContent: "… or drop them anywhere on this box." }));
        form.append(status);
}

if (form && input) start();
