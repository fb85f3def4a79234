// Swap the cards that changed while somebody looks at them; without this, or without a connection, the page polls.
(() => {
  const root = document.querySelector("[data-live]");
  if (!root) return;
  const POLL = 15000, PAUSE = 500;
  const plain = (node) => node.outerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
  let busy = false, again = false, timer = 0;
  const swap = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const card of document.querySelectorAll("main .card[id], main .next, main .tabs.sticky")) {
      const match = card.id ? fresh.getElementById(card.id) : fresh.querySelector(`main .${[...card.classList].join(".")}`);
      if (!match || card.contains(document.activeElement) || card.querySelector("details[open]")) continue;
      if (plain(card) === plain(match)) continue;
      card.replaceWith(match);
      window.htmx?.process(match);
    }
  };
  const refresh = async () => {
    const board = document.getElementById("board");
    if (board) { window.htmx?.trigger(board, "live"); return; }
    if (busy) { again = true; return; }
    busy = true;
    try {
      const response = await fetch(location.pathname + location.search, { headers: { "X-Live": "1" } });
      if (response.ok && !response.redirected) swap(await response.text());
    } catch { /* the next change or the next poll brings it */ }
    setTimeout(() => { busy = false; if (again) { again = false; refresh(); } }, PAUSE);
  };
  const poll = (on) => { clearInterval(timer); if (on) timer = setInterval(refresh, POLL); };
  poll(true);
  if (!window.EventSource) return;
  const source = new EventSource(root.dataset.live);
  source.addEventListener("open", () => poll(false));
  source.addEventListener("error", () => poll(true));
  source.addEventListener("changed", refresh);
})();
