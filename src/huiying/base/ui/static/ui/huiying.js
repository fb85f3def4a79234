// Small comforts only: every page works without them.
(() => {
  const pad = (n) => String(n).padStart(2, "0");
  const tick = () => {
    const now = new Date();
    for (const node of document.querySelectorAll("[data-countdown]")) {
      const left = (new Date(node.getAttribute("datetime")) - now) / 1000;
      if (left < 0 || left > 172800) continue;
      const s = Math.floor(left), h = Math.floor(s / 3600), m = Math.floor((s % 3600) / 60);
      node.textContent = h ? `${h}:${pad(m)}:${pad(s % 60)}` : `${m}:${pad(s % 60)}`;
      node.classList.toggle("soon", left < 900);
    }
    const clock = document.querySelector("[data-clock]");
    if (clock) {
      const at = new Date(clock.getAttribute("datetime"));
      const shown = clock.dataset.offset ?? (clock.dataset.offset = String(at - now));
      const zone = /([+-]\d\d):?(\d\d)$/.exec(clock.getAttribute("datetime"));
      const minutes = zone ? Number(zone[1]) * 60 + Math.sign(Number(zone[1])) * Number(zone[2]) : 0;
      const local = new Date(now.getTime() + Number(shown) + minutes * 60000);
      clock.textContent = `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}:${pad(local.getUTCSeconds())}`;
    }
  };
  const menu = document.querySelector("details.menu");
  if (menu && window.matchMedia("(max-width: 860px)").matches) menu.open = false;
  for (const box of document.querySelectorAll(".scroll, .plot")) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  // What was typed survives a reload or an expired session, on this device only, until it is sent.
  const key = (form) => `draft:${location.pathname}:${form.action}`;
  for (const form of document.querySelectorAll("form[data-keep]")) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key(form)) || "{}");
      for (const [name, value] of Object.entries(kept)) { const input = form.elements[name]; if (input && !input.value) input.value = value; }
    } catch { sessionStorage.removeItem(key(form)); }
    form.addEventListener("input", () => sessionStorage.setItem(key(form), JSON.stringify(Object.fromEntries([...new FormData(form)].filter(([n, v]) => typeof v === "string" && n !== "csrfmiddlewaretoken")))));
    form.addEventListener("submit", () => sessionStorage.removeItem(key(form)));
  }
  tick();
  setInterval(tick, 1000);
})();
