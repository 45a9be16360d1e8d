// What pages do beyond links and forms. Everything here is a convenience: each page works without it.
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  // The command bar: "/" or Ctrl-K goes there, arrows walk the answers, Escape goes back without losing anything.
  const command = $("[data-command]");
  const typing = (target) => target.matches("input, textarea, select, [contenteditable]");
  let before = null;
  addEventListener("keydown", (event) => {
    const call = (event.key === "/" && !typing(event.target)) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (call && command) {
      event.preventDefault();
      before = document.activeElement;
      command.focus();
      command.select();
    } else if (event.key === "Enter" && event.ctrlKey && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit(event.target.form.querySelector("button.primary"));
    } else if (event.key === "Escape" && event.target === command) {
      (before ?? document.body).focus?.();
      command.blur();
    }
  });
  const walk = (field, list, event) => {
    const links = all("a", list);
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && at + 1 < links.length) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at === 0) field.focus();
    else if (event.key === "ArrowUp" && at > 0) links[at - 1].focus();
    else return;
    event.preventDefault();
  };
  for (const field of all("[data-walk] [aria-controls], .command [aria-controls]")) {
    const list = document.getElementById(field.getAttribute("aria-controls"));
    for (const part of [field, list]) part?.addEventListener("keydown", (event) => walk(field, list, event));
  }
  command?.form.addEventListener("submit", (event) => {
    // Only an answer to what stands in the field now: the list of an earlier beginning may hold another patient first.
    const first = $("#command-answers a");
    if (first && event.submitter === null && first.closest("[data-for]")?.dataset.for === command.value.trim()) {
      event.preventDefault();
      first.click();
    }
  });

  // Drafts: what is typed is on the server within a second, and the form says since when, or that it is not.
  const unsent = [];
  const keep = (form) => {
    const state = $("[data-draft-state]", form);
    // Two requests may overtake each other: the server keeps the later turn of one page.
    const page = Math.random().toString(36).slice(2);
    let turn = 0, waiting = null, running = null, again = false, over = false;
    const post = async () => {
      const fields = new URLSearchParams(new FormData(form));
      fields.set("_page", page);
      fields.set("_turn", ++turn);
      const mine = turn;
      try {
        const answer = await fetch("/drafts", { method: "POST", body: fields, headers: { "HX-Request-Type": "partial" }, keepalive: true });
        if (over) return;
        // Somebody else sits here now, or nobody: what was typed is not theirs to keep.
        if (answer.status === 401 || answer.status === 409) over = true;
        if (!answer.ok) throw new Error(answer.status);
        const text = await answer.text();
        if (mine !== turn || waiting || again) return;
        // Who else types here stands behind the time, a line each.
        const [time, ...beside] = text.split("\n");
        if (state) state.textContent = [state.dataset.kept.replace("%", time), ...beside].join(" · ");
        form.dataset.kept = "yes";
      } catch {
        if (state) state.textContent = state.dataset.lost;
        form.dataset.kept = "no";
        if (!over) waiting ??= setTimeout(send, 2000);
      }
    };
    const send = async () => {
      waiting = null;
      if (over) return;
      if (running) { again = true; return; }
      running = post();
      await running;
      running = null;
      if (again) { again = false; send(); }
    };
    form.addEventListener("input", () => {
      if (form.dataset.kept === "yes") delete form.dataset.kept;
      waiting ??= setTimeout(send, 400);
    });
    // What is being saved is no draft any more, and must not come back as one.
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      over = true;
      clearTimeout(waiting);
      waiting = null;
    });
    // The page goes: what was typed while a request was under way does not wait for its answer.
    const now = () => {
      const more = !over && (waiting || again);
      clearTimeout(waiting);
      waiting = null;
      again = false;
      return Promise.all([running, more ? post() : null]);
    };
    unsent.push(now);
    addEventListener("pagehide", now);
  };

  // One seat, one person. A screen that nobody uses is covered at the moment at which the server locks it, in every tab; and
  // a tab of the one before shows nothing to the next.
  const { who, lock } = document.body.dataset;
  const tabs = who && "BroadcastChannel" in globalThis ? new BroadcastChannel("rihla-seat") : null;
  const cover = () => document.documentElement.classList.add("covered");
  const toTheDoor = () => {
    cover();
    location.replace("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
  };
  const seat = (after) => {
    let used = Date.now(), told = used, leaving = false;
    const shut = async () => {
      if (leaving) return;
      leaving = true;
      cover();
      tabs?.postMessage({ locked: true });
      await fetch("/lock", { method: "POST", body: new URLSearchParams({ next: "/" }), redirect: "manual", keepalive: true }).catch(() => {});
      toTheDoor();
    };
    const here = async () => {
      used = Date.now();
      if (used - told < after / 8) return;
      told = used;
      tabs?.postMessage({ used });
      const answer = await fetch("/here", { method: "POST", headers: { "HX-Request-Type": "partial" } }).catch(() => null);
      if (answer?.status === 401) toTheDoor();
    };
    for (const sign of ["pointerdown", "keydown", "wheel", "touchstart", "scroll"]) addEventListener(sign, here, { passive: true, capture: true });
    const look = () => { if (Date.now() - used >= after) shut(); };
    setInterval(look, 1000);
    document.addEventListener("visibilitychange", look);
    tabs?.addEventListener("message", ({ data }) => {
      if (data.used) used = Math.max(used, data.used);
      if (data.locked && !leaving) { leaving = true; toTheDoor(); }
      if (data.who && data.who !== who) { leaving = true; cover(); location.replace("/"); }
    });
    tabs?.postMessage({ who });
    // What was typed a moment ago is on the server before the session is locked or ended.
    for (const form of all("[data-lock-form], form[action='/sign-out']")) {
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        leaving = true;
        cover();
        await Promise.all(unsent.map((now) => now()));
        tabs?.postMessage({ locked: true });
        form.submit();
      });
    }
  };
  if (who) seat(Number(lock));
  // A page out of the browser's memory may be the one before's.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // A grid of short fields: Enter goes to the next one, and from the last to the button; Ctrl-Enter saves from anywhere.
  addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-grid]");
    if (!form || event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches("input, select") || event.target.type === "checkbox") return;
    event.preventDefault();
    const stops = all("input:not([type=hidden]), select, button.primary", form);
    const next = stops[stops.indexOf(event.target) + 1];
    next?.focus();
    next?.select?.();
  });

  // A badge reader types a number and Enter; the PIN comes next. What was read and left is forgotten.
  for (const form of all("[data-badge]")) {
    const { badge, pin } = form.elements;
    let forget = null;
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== badge || !badge.value) return;
      event.preventDefault();
      pin.focus();
    });
    form.addEventListener("input", () => {
      clearTimeout(forget);
      forget = setTimeout(() => { badge.value = ""; pin.value = ""; badge.focus(); }, 60_000);
    });
  }

  // A hand scanner types a number and Enter: the form is not sent by that.
  for (const field of all("[data-scan]")) field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || !field.value) return;
    event.preventDefault();
    $("button.primary", field.form)?.focus();
  });

  // Trends: one chart a figure, drawn from the numbers that the table beside it shows.
  const chart = (figure) => {
    const data = JSON.parse(figure.dataset.trend);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const rtl = document.documentElement.dir === "rtl";
    const lang = document.documentElement.lang === "ar" ? "ar-MA-u-nu-latn" : document.documentElement.lang;
    const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", year: "2-digit", timeZone: data.zone });
    const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 3 });
    const axis = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") }, font: "12px " + style.fontFamily };
    const lines = data.lines.map((line, at) => ({
      label: line.label, stroke: at === 0 ? colour("--accent") : colour("--ink"), width: 2, dash: at === 0 ? undefined : [6, 4],
      points: { show: true, size: 6 }, spanGaps: true, value: (_, value) => (value === null ? "–" : number.format(value)),
    }));
    const band = (plot) => {
      if (data.low === null && data.high === null) return;
      const { ctx, bbox } = plot;
      const top = data.high === null ? bbox.top : Math.max(bbox.top, plot.valToPos(data.high, "y", true));
      const foot = data.low === null ? bbox.top + bbox.height : Math.min(bbox.top + bbox.height, plot.valToPos(data.low, "y", true));
      ctx.save();
      ctx.fillStyle = colour("--sunk");
      if (foot > top) ctx.fillRect(bbox.left, top, bbox.width, foot - top);
      ctx.restore();
    };
    const size = () => ({ width: figure.clientWidth - 16, height: Math.max(240, Math.min(360, figure.clientWidth / 2.6)) });
    const extent = (_, low, high) => {
      const least = Math.min(low ?? Infinity, data.low ?? Infinity), most = Math.max(high ?? -Infinity, data.high ?? -Infinity);
      const room = (most - least || Math.abs(most) || 1) * 0.08;
      return [least - room, most + room];
    };
    const plot = new uPlot({
      ...size(), series: [{ label: figure.dataset.when, value: (_, time) => (time ? day.format(time * 1000) : "") }, ...lines],
      scales: { x: { time: true, dir: rtl ? -1 : 1 }, y: { range: extent } },
      axes: [{ ...axis, values: (_, times) => times.map((time) => day.format(time * 1000)), space: 90 },
        { ...axis, side: rtl ? 1 : 3, size: 56, values: (_, values) => values.map((value) => number.format(value)) }],
      hooks: { drawClear: [band] },
    }, [data.times, ...data.lines.map((line) => line.values)], figure);
    addEventListener("resize", () => plot.setSize(size()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload(), { once: true });
  };

  // A live part that changed leaves a mark for ten seconds; a lost connection is said.
  const offline = $("#offline");
  let connected = false;
  document.addEventListener("htmx:sse:error", (event) => {
    if (event.detail?.status === 401) location.assign("/sign-in");
    // The patient is in the care of others now: the page finds out for itself what it may show.
    if (event.detail?.status === 403) location.reload();
    if (offline) offline.hidden = false;
  });
  document.addEventListener("htmx:sse:after:connection", () => {
    connected = true;
    if (offline) offline.hidden = true;
  });
  // A first connection that never came makes no noise of its own.
  if ($("[hx-sse\\:connect]")) setTimeout(() => { if (!connected && offline) offline.hidden = false; }, 8000);
  document.addEventListener("htmx:sse:before:message", (event) => {
    const target = /hx-target="#([\w-]+)"/.exec(event.detail.message?.data ?? "")?.[1];
    const part = target && document.getElementById(target);
    if (!part) return;
    part.classList.remove("fresh");
    setTimeout(() => { part.classList.add("fresh"); setTimeout(() => part.classList.remove("fresh"), 10000); }, 30);
  });

  // On a narrow screen the tabs are pushed along: the one that is open is in sight.
  $(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // A camera's picture is larger than what is kept: it is made small here, where the browser can, and nothing but points
  // is left of it. Where it cannot, the server says what is too large.
  const shrink = async (field) => {
    const [file] = field.files;
    if (!file) return;
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, Number(field.dataset.shrink) / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      const chosen = new DataTransfer();
      chosen.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
      if (field.files[0] === file) field.files = chosen.files;
    } catch { /* It goes as it is. */ }
  };

  const start = (root) => {
    for (const field of all("input[data-shrink]", root)) field.onchange = () => shrink(field);
    for (const form of all("form[data-draft]", root)) if (!form.dataset.watched) { form.dataset.watched = "yes"; keep(form); }
    for (const figure of all("[data-trend]", root)) if (!figure.dataset.drawn) { figure.dataset.drawn = "yes"; chart(figure); }
    for (const button of all("[data-print]", root)) { button.hidden = false; button.onclick = () => print(); }
    for (const page of all("[data-print-now]", root)) {
      page.removeAttribute("data-print-now");
      // Whoever comes back to the page, or loads it anew, has had the dialog.
      if (performance.getEntriesByType("navigation")[0]?.type === "navigate") addEventListener("load", () => document.fonts.ready.then(() => print()), { once: true });
    }
    for (const link of all("[data-back]", root)) link.onclick = (event) => { if (document.referrer.startsWith(location.origin)) { event.preventDefault(); history.back(); } };
  };
  start(document);
  // What somebody opened stays open where the part around it comes anew.
  const opened = new Set();
  document.addEventListener("click", (event) => {
    const details = event.target.closest?.("summary")?.parentElement;
    if (details?.id) opened[details.open ? "delete" : "add"](details.id);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    start(document);
  });
})();
