// The page is whole without this script, which adds searching, sorting,
// grouping, deep links and highlights. It makes no markup: it reads the page's own
// where that was packed as escaped text, and texts of strangers
// go from text to text.
"use strict";
(() => {
  const began = performance.now();
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (node, type, act, capture = false) => node && node.addEventListener(type, act, capture);
  const words = one("#words") ? one("#words").dataset : {};

  // Every finding once, with what it is found, sorted and grouped by.
  const tones = ["critical", "high", "medium", "low", "info", "unrated", "latent", "unknown", "waived", "pass", "na"];
  const items = all("#findings .finding, #findings .settled li").map((node, place) => {
    const classes = [...node.classList];
    const group = node.closest(".group");
    return {
      node, place, home: node.parentNode, settled: node.localName === "li",
      tone: tones.find(t => group.classList.contains("t-" + t)),
      rule: classes.find(c => /^r\d+$/.test(c)), subject: classes.find(c => /^s\d+$/.test(c)),
      change: node.dataset.change || "", owner: node.dataset.owner || "", text: null,
    };
  });
  // On a page of many findings a folded body is one text until it is needed: its
  // noscript, which a browser that runs scripts does not read as markup.
  const packed = node => one(".body > noscript", node);

  function unpack(node) {
    const text = packed(node);
    if (!text) return;
    const body = text.parentNode;
    body.replaceChildren(...new DOMParser().parseFromString(text.textContent, "text/html").body.childNodes);
    furnish(body);
  }

  const named = { amp: "&", lt: "\x3c", gt: ">", quot: '"' };
  const unescaped = markup => markup.replace(/\x3c[^>]*>/g, "").replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, code, name) => name ? named[name] : String.fromCodePoint(code));

  function textOf(item) {
    if (item.text === null) {
      const markup = packed(item.node);
      item.text = (markup ? one("summary", item.node).textContent + unescaped(markup.textContent) : item.node.textContent).toLowerCase();
    }
    return item.text;
  }

  const label = (item, selector) => (one(selector, item.node) || item.node).textContent.replace(/\s+/g, " ").trim();
  const ruleOf = item => item.settled ? label({ node: item.node.closest("details") }, ".rule") : label(item, ".rule");

  const controls = { q: one("#q"), rule: one("#by-rule"), subject: one("#by-subject"), change: one("#by-change"), sort: one("#sort"), group: one("#group") };
  const defaults = { sort: "severity", group: "severity" };
  const chosen = new Set();

  const valueOf = name => controls[name] ? controls[name].value : defaults[name] || "";

  function shows(item, terms) {
    return (!chosen.size || chosen.has(item.tone))
      && (!valueOf("rule") || item.rule === valueOf("rule"))
      && (!valueOf("subject") || item.subject === valueOf("subject"))
      && (!valueOf("change") || item.change === valueOf("change"))
      && terms.every(t => textOf(item).includes(t));
  }

  function filter() {
    const terms = valueOf("q").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const show = shows(item, terms);
      if (item.node.hidden === show) item.node.hidden = !show;
      shown += show;
    }
    const narrowed = terms.length || chosen.size || ["rule", "subject", "change"].some(valueOf);
    for (const group of all("#findings .group")) {
      const parts = all(".finding, li[id]", group);
      group.hidden = narrowed ? !parts.some(p => !p.hidden) : false;
      for (const fold of all("details.fold", group)) {
        const left = all("li[id]", fold).some(p => !p.hidden);
        fold.hidden = !left;
        if (narrowed && terms.length && left) fold.open = true;
      }
      const n = one("h3 .n", group);
      n.dataset.whole ??= n.textContent;
      n.textContent = narrowed ? parts.filter(p => !p.hidden).length + " / " + n.dataset.whole : n.dataset.whole;
    }
    for (const tile of all(".tiles button")) tile.setAttribute("aria-pressed", chosen.has(tile.dataset.tone));
    one("#chosen").replaceChildren(...tones.filter(t => chosen.has(t)).map(chip));
    one("#shown").textContent = (words.shown || "").replace("{n}", shown.toLocaleString("en")).replace("{all}", items.length.toLocaleString("en"));
    one("#none").hidden = shown > 0;
  }

  // chip is a chosen tone beside the filter, which a click takes away.
  function chip(tone) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "t-" + tone;
    button.textContent = (words[tone] || tone) + " ×";
    button.setAttribute("aria-label", (words.without || "").replace("{tone}", words[tone] || tone));
    on(button, "click", () => {
      chosen.delete(tone);
      update();
      controls.q.focus();
    });
    return button;
  }

  // Grouping moves findings into sections of their own, and back.
  const home = all("#findings .group:not(.settled)");
  const changes = ["new", "changed", "unchanged", ""];
  const orders = {
    severity: () => 0,
    rule: (a, b) => ruleOf(a).localeCompare(ruleOf(b)),
    subject: (a, b) => label(a, ".subject").localeCompare(label(b, ".subject")),
    change: (a, b) => changes.indexOf(a.change) - changes.indexOf(b.change),
  };
  const keys = {
    rule: item => ruleOf(item),
    subject: item => label(item, ".subject"),
    owner: item => item.owner || words.unowned,
  };
  let arranged = "severity severity";

  function arrange() {
    const now = valueOf("group") + " " + valueOf("sort");
    if (now === arranged) return;
    arranged = now;
    const open = items.filter(i => !i.settled).sort((a, b) => orders[valueOf("sort")](a, b) || a.place - b.place);
    all("#findings .group.made").forEach(g => g.remove());
    const key = keys[valueOf("group")];
    const first = one("#findings .group.settled") || one("#none");
    home.forEach(g => g.classList.toggle("away", Boolean(key)));
    if (!key) {
      open.forEach(item => item.home.append(item.node));
      return;
    }
    const groups = Map.groupBy ? Map.groupBy(open, key) : open.reduce((m, i) => m.set(key(i), [...(m.get(key(i)) || []), i]), new Map());
    const worst = list => Math.min(...list.map(i => i.place));
    const sorted = [...groups].sort((a, b) => valueOf("group") === "rule" ? a[0].localeCompare(b[0]) : worst(a[1]) - worst(b[1]));
    sorted.forEach(([name, list], i) => {
      const section = document.createElement("section"), title = document.createElement("h3"), n = document.createElement("span");
      section.className = "group made";
      title.id = "made-" + i;
      section.setAttribute("aria-labelledby", title.id);
      n.className = "n";
      n.textContent = list.length;
      const option = valueOf("group") === "rule" && [...controls.rule.options].find(o => o.dataset.name === name);
      title.append((option ? option.textContent : name) + " ", n);
      section.append(title, ...list.map(x => x.node));
      first.before(section);
    });
  }

  // What is chosen stands in the address, so that a view can be passed on.
  function address() {
    const state = new URLSearchParams();
    if (chosen.size) state.set("show", tones.filter(t => chosen.has(t)).join(","));
    for (const name of Object.keys(controls)) {
      if (!controls[name] || valueOf(name) === (defaults[name] || "")) continue;
      const option = controls[name].selectedOptions ? controls[name].selectedOptions[0] : null;
      state.set(name, option && option.dataset.name || valueOf(name));
    }
    const text = state.toString();
    if (text || location.hash.includes("=")) history.replaceState(null, "", "#" + (text || "findings"));
  }

  function readAddress() {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) return reveal(hash);
    const state = new URLSearchParams(hash);
    chosen.clear();
    (state.get("show") || "").split(",").filter(t => tones.includes(t)).forEach(t => chosen.add(t));
    for (const name of Object.keys(controls)) {
      const node = controls[name];
      if (!node) continue;
      const value = state.get(name) ?? defaults[name] ?? "";
      const option = node.options && [...node.options].find(o => o.dataset.name === value || o.value === value);
      node.value = node.options ? (option ? option.value : defaults[name] || "") : value;
    }
    arrange();
    filter();
    one("#findings").scrollIntoView({ behavior: "instant" });
  }

  // reveal opens what an address leads to.
  function reveal(id) {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(id)); } catch { return; }
    if (!target || !id) return;
    const item = items.find(i => i.node.contains(target));
    if (item && item.node.hidden) reset();
    for (let n = target; n; n = n.parentElement) if (n.localName === "details") n.open = true;
    const focus = item ? item.node : target;
    if (item) unpack(item.node);
    const settled = document.readyState === "complete" ? act => requestAnimationFrame(act) : act => on(window, "load", () => requestAnimationFrame(act));
    settled(() => {
      focus.scrollIntoView({ block: "start", behavior: "instant" });
      all(".found").forEach(n => n.classList.remove("found"));
      if (item) focus.classList.add("found");
    });
  }

  function reset() {
    chosen.clear();
    for (const name of Object.keys(controls)) if (controls[name]) controls[name].value = defaults[name] || "";
    update();
  }

  function update() {
    arrange();
    filter();
    address();
  }

  // Tiles become buttons.
  for (const link of all(".tiles a")) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.tone = link.getAttribute("href").slice(1);
    button.append(...link.childNodes);
    on(button, "click", () => {
      const less = chosen.delete(button.dataset.tone);
      if (!less) chosen.add(button.dataset.tone);
      update();
      if (!less) one("#findings").scrollIntoView();
    });
    link.replaceWith(button);
  }

  // A step of a path highlights its hop, in the finding's picture and in the map.
  function highlight(step) {
    const again = step.getAttribute("aria-pressed") === "true";
    all(".step[aria-pressed=true]").forEach(s => s.setAttribute("aria-pressed", false));
    all(".lit").forEach(n => n.classList.remove("lit"));
    one("#t-map")?.classList.toggle("dimmed", false);
    if (again) return;
    step.setAttribute("aria-pressed", true);
    const row = step.closest("li");
    row.classList.add("lit");
    all(`[data-hop="${row.dataset.hop}"]`, step.closest(".part")).forEach(n => n.classList.add("lit"));
    const lit = (row.dataset.map || "").split(" ").filter(Boolean).map(id => document.getElementById(id)).filter(Boolean);
    lit.forEach(n => n.classList.add("lit"));
    one("#t-map")?.classList.toggle("dimmed", lit.length > 0);
  }
  // furnish makes buttons of what a script can do something with.
  function furnish(root) {
    for (const name of all(".hop > b", root)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "step";
      button.setAttribute("aria-pressed", false);
      button.append(...name.childNodes);
      on(button, "click", () => highlight(button));
      name.replaceWith(button);
    }
    for (const button of all("button.copy", root)) {
      button.hidden = false;
      on(button, "click", async () => {
        const text = one("code", button.parentNode).textContent;
        const said = one("#said");
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = said.textContent = words.copied;
        } catch {
          getSelection().selectAllChildren(one("code", button.parentNode));
          said.textContent = words.marked;
        }
        setTimeout(() => { button.textContent = words.copy; said.textContent = ""; }, 2000);
      });
    }
  }
  furnish(document);

  const unpackAll = () => items.forEach(i => unpack(i.node));
  on(document, "toggle", event => event.target.open && event.target.matches(".finding") && unpack(event.target), true);
  on(window, "beforeprint", unpackAll);
  on(one("#unfold"), "change", event => event.target.checked && unpackAll());

  // The theme is the system's until somebody says otherwise.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const themed = [...document.styleSheets].flatMap(s => [...s.cssRules]).find(r => r.media && r.media.mediaText.includes("prefers-color-scheme: dark"));
  on(one("#theme"), "click", () => {
    const now = document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    document.documentElement.style.colorScheme = next;
    if (themed) themed.media.mediaText = next === "dark" ? "screen" : "not all";
  });

  for (const name of ["rule", "subject", "change", "sort", "group"]) on(controls[name], "change", update);
  let waiting = 0;
  on(controls.q, "input", () => { clearTimeout(waiting); waiting = setTimeout(update, 120); });
  on(one(".filter"), "submit", event => event.preventDefault());
  on(one(".filter"), "reset", event => { event.preventDefault(); one("#unfold").checked = false; reset(); });
  on(window, "hashchange", readAddress);
  on(document, "keydown", event => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(input|select|textarea)$/i.test(event.target.localName)) {
      event.preventDefault();
      controls.q?.focus();
    }
  });

  const plain = one("#filters");
  if (plain) plain.disabled = true;
  all("[data-scripted]").forEach(n => { n.hidden = false; });
  all("[data-plain]").forEach(n => { n.hidden = true; });
  if (one(".filter")) {
    filter();
    readAddress();
  }
  document.documentElement.dataset.ready = Math.round(performance.now() - began);
})();
