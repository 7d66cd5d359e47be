// Keys for who works without a mouse. The pages do all of it without this file.
"use strict";
(() => {
  const rows = [...document.querySelectorAll("[data-row]")];
  const dialog = document.getElementById("keys");
  const use = document.getElementById("keys-use");
  const boxOf = (row) => row.querySelector("input[type=checkbox]");
  const linkOf = (row) => row.querySelector("th a");
  const remembered = "schoon-keys";

  const read = () => { try { return localStorage.getItem(remembered) !== "off"; } catch { return true; } };
  const write = (on) => { try { localStorage.setItem(remembered, on ? "on" : "off"); } catch { /* private window */ } };

  const go = (step) => {
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + step));
    linkOf(rows[next]).focus();
  };

  let going = false;  // after g, the next letter names a place
  const keys = {
    g: () => { going = true; },
    j: () => go(1),
    k: () => go(-1),
    x: () => {
      const row = rows.find((each) => each.contains(document.activeElement));
      const box = row && boxOf(row);
      if (box) box.click();
    },
    "?": () => dialog && dialog.showModal(),
    Escape: () => { const back = document.querySelector("[data-back]"); if (back) back.click(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (dialog && dialog.open)) return;
    if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
    if (going && read()) {
      going = false;
      const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    const choice = read() && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (choice) {
      event.preventDefault();
      if (choice.matches("input")) { choice.checked = true; choice.focus(); } else choice.click();
      return;
    }
    const act = keys[event.key];
    if (!act || !(read() || event.key === "?")) return;
    event.preventDefault();
    act();
  });

  if (dialog) {
    const open = document.getElementById("keys-open");
    open.hidden = false;
    open.addEventListener("click", () => dialog.showModal());
    use.checked = read();
    use.addEventListener("change", () => write(use.checked));
  }

  const boxes = rows.map(boxOf).filter(Boolean);
  const count = document.querySelector("[data-count]");
  const head = document.querySelector("[data-select-all]");
  if (!boxes.length || !count || !head) return;
  const label = document.createElement("label");
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", head.dataset.selectAll);
  label.title = head.dataset.selectAll;
  label.append(all);
  head.append(label);
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = chosen ? ` (${chosen} ${count.dataset.count})` : "";
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); tell(); });
  boxes.forEach((box) => box.addEventListener("change", tell));
  tell();
})();
