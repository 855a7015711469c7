"use strict";
(() => {
  const box = document.getElementById("filter");
  const fields = [...box.querySelectorAll("input, select")];
  const items = [...document.querySelectorAll("[data-status]")];
  const groups = [...document.querySelectorAll(".group")];
  const folds = [...document.querySelectorAll(".group details.fold")];
  const found = items.filter((i) => i.matches("details"));
  const output = box.querySelector("output");
  const fold = box.querySelector("[name=fold]");
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };

  const wanted = () => Object.fromEntries(fields.map((f) => [f.name, f.value.trim()]));

  function apply() {
    const want = wanted();
    const words = want.q.toLowerCase().split(/\s+/).filter(Boolean);
    const active = Object.values(want).some(Boolean);
    let shown = 0;
    for (const item of items) {
      const hit = ["severity", "status", "subject"].every((k) => !want[k] || item.dataset[k] === want[k]) &&
        words.every((w) => text(item).includes(w));
      item.hidden = !hit;
      shown += hit;
    }
    const left = (el) => el.querySelector("[data-status]:not([hidden])") !== null;
    for (const g of groups) g.hidden = active && !left(g);
    for (const f of folds) {
      f.hidden = active && !left(f);
      if (active && words.length > 0 && left(f)) f.open = true;
    }
    output.textContent = active ? `${shown} of ${items.length} shown` : `${items.length} in this report`;
  }

  function remember() {
    const pairs = Object.entries(wanted()).filter(([, v]) => v);
    const hash = new URLSearchParams(pairs).toString();
    try {
      history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
    } catch {
      // Some browsers refuse this for files; the filter works all the same.
    }
  }

  function reset() {
    for (const f of fields) f.value = "";
    apply();
  }

  // The address carries either a filter (#q=...) or the place to show.
  function follow() {
    const hash = location.hash.slice(1);
    if (hash.includes("=")) {
      const given = new URLSearchParams(hash);
      for (const f of fields) f.value = given.get(f.name) ?? "";
      apply();
      return;
    }
    let id = hash;
    try { id = decodeURIComponent(hash); } catch { /* a stray percent sign stands for itself */ }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) reset();
    for (let d = target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    target.scrollIntoView();
  }

  function unfold() {
    const open = found.some((d) => !d.hidden && !d.open);
    for (const d of found) if (!d.hidden) d.open = open;
    fold.textContent = open ? "Fold all" : "Unfold all";
  }

  let timer = 0;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { apply(); remember(); }, 80);
  });
  box.querySelector("[name=reset]").addEventListener("click", () => { reset(); remember(); });
  fold.addEventListener("click", unfold);
  addEventListener("hashchange", follow);
  box.hidden = false;
  apply();
  follow();
})();
