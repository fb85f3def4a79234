// Arrow keys walk over the cards of the board; everything works without them.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const columns = () => [...board.querySelectorAll("[data-column]")].map((column) => [...column.querySelectorAll("li")]);
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest("li");
    if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = columns();
    const x = all.findIndex((cards) => cards.includes(card)), y = all[x].indexOf(card);
    let next = null;
    if (event.key === "ArrowDown") next = all[x][y + 1];
    else if (event.key === "ArrowUp") next = all[x][y - 1];
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const step = event.key === "ArrowLeft" ? -1 : 1;
      for (let i = x + step; i >= 0 && i < all.length && !next; i += step) next = all[i][Math.min(y, all[i].length - 1)];
    } else return;
    event.preventDefault();
    if (next) next.querySelector("a").focus();
  });
})();
