/* On the page of a job that runs: how far it is, without loading the page anew every two seconds.  When it is over, the page
 * is loaded once, with what it printed.
 */
const box = document.querySelector(".do-progress");

function text(job) {
        const n = value => value.toLocaleString("en").replace(/,/g, "\u2009");
        const left = job.seconds_left;
        return [job.of ? `${n(job.done)} of ${n(job.of)}` : n(job.done),
                job.per_second > 0 ? `, ${n(job.per_second)} a second` : "",
                left >= 0 ? `, about ${left < 120 ? `${left} s` : `${Math.floor(left / 60)} min ${left % 60} s`} left` : "",
                `; running for ${job.seconds} s`].join("");
}

function show(job) {
        const [head, line] = box.querySelectorAll("p");
        const bar = box.querySelector("progress");
        const words = (job.stopping ? "Asked to stop; it ends at the next place where nothing is lost." : "Running") + (job.step ? `: ${job.step}` : "");
        if (head.textContent !== words) head.textContent = words;       /* told to a reader of the screen only when it changes */
        line.textContent = text(job);
        if (!bar || !job.of) return;
        bar.value = Math.min(100, Math.floor(100 * job.done / job.of));
        box.querySelector(".do-percent").textContent = `${bar.value} %`;
}

async function look() {
        try {
                const reply = await fetch(`${location.pathname}.json`);
                const job = await reply.json();
                if (!reply.ok || !job.running) { location.reload(); return; }
                if (!box.querySelector("progress") && job.of) { location.reload(); return; }
                show(job);
        } catch { /* the service may be starting anew: look again */ }
        setTimeout(look, 1000);
}

if (box) {
        /* the page's own coming back is for those without scripts */
        box.querySelectorAll("p")[1]?.setAttribute("aria-live", "off");
        setTimeout(look, 500);
}
