/* Every control works without this file. Its words come from data- attributes, so that they are translated. */
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const on = (name, act, capture) => document.addEventListener(name, act, capture);
  const drawer = () => $("#drawer[open]");

  /* 1. Focus after a swap: [data-focus], else the control with the same id, else #main. */
  const ids = new WeakMap();
  on("htmx:afterSettle", e => {
    const t = e.detail.elt, f = t.matches?.("[data-focus]") ? t : $("[data-focus]", t), id = ids.get(e.detail.target || t);
    if (f) {
      if (f.tabIndex < 0) f.tabIndex = -1;
      f.focus();
    } else if (document.activeElement === document.body) {
      (id && document.getElementById(id) || $("#main"))?.focus({ preventScroll: true });
    }
    refused();
  });

  /* 2. A refusal hides nothing typed: it goes to the notices of the drawer, or of the page. */
  const notices = () => {
    const d = drawer();
    if (!d) return $("#notices");
    const box = $(".notices", d) || document.createElement("div");
    if (!box.className) ($(".drawer-body", d) || d).prepend(box);
    box.className = "notices";
    return box;
  };
  on("htmx:beforeSwap", e => {
    const d = e.detail, a = document.activeElement;
    if (d.xhr.status >= 400 && d.xhr.getResponseHeader("HX-Retarget") === "#notices")
      Object.assign(d, { shouldSwap: true, isError: false, target: notices(), swapOverride: "innerHTML", selectOverride: "unset" });
    else if (d.requestConfig.verb !== "get") $("#notices").replaceChildren();
    ids.set(d.target, d.target?.contains(a) ? a.id : null);
  });

  /* 3. Drawer: a link with href, hx-get and hx-target="#drawer". */
  let opener = null;
  on("htmx:beforeRequest", e => { if (e.detail.target?.id === "drawer" && !drawer()) opener = e.detail.elt; });
  on("htmx:afterSwap", e => {
    const d = e.detail.target;
    if (d?.id !== "drawer" || d.open || !d.innerHTML.trim()) return;
    d.setAttribute("aria-labelledby", "drawer-h");
    d.showModal();
  });
  const closeDrawer = () => { const d = drawer(); d?.replaceChildren(); d?.close(); }; // emptied first, or it opens again
  on("close", e => {
    if (e.target.id !== "drawer") return;
    e.target.replaceChildren();
    const back = document.contains(opener) ? opener : opener?.id && document.getElementById(opener.id);
    (back || $("#main")).focus({ preventScroll: !back });
  }, true);
  on("drawer:close", closeDrawer);
  on("click", e => {
    const closes = drawer() && e.target.closest("[data-close]");
    if (closes) e.preventDefault();
    if (closes || e.target.id === "drawer") closeDrawer();   // the drawer itself: its backdrop
  });

  /* 4. Menus close on Escape, on a click outside, and when the focus leaves. */
  const menus = "details.menu[open], .tabbar details[open]";
  const shut = e => { for (const m of document.querySelectorAll(menus)) if (!m.contains(e.target)) m.open = false; };
  on("click", shut);
  on("focusin", shut);
  on("keydown", e => {
    const m = e.key === "Escape" && document.activeElement.closest(menus);
    if (m) { m.open = false; $("summary", m).focus(); e.stopPropagation(); }
  });

  /* 5. Toasts leave after 8 s unless they hold a control or the pointer. */
  const toasts = $("#toasts");
  if (toasts) new MutationObserver(rs => rs.forEach(r => r.addedNodes.forEach(n => {
    if (n.nodeType === 1 && !$("button,a", n)) setTimeout(() => n.matches(":hover") || n.remove(), 8000);
  }))).observe(toasts, { childList: true });

  /* 6. No connection, or an answer without words: say so, keep what was typed. */
  const say = text => {
    const p = document.createElement("div");
    p.textContent = text;
    p.className = drawer() ? "notice is-warn" : "toast";
    if (drawer()) { p.role = "alert"; notices().replaceChildren(p); } else toasts?.append(p);
  };
  on("htmx:sendError", () => say(toasts.dataset.offline));
  on("htmx:responseError", () => say(toasts.dataset.failed));

  /* 7. Drafts: a form[data-draft="note:3"] is kept on the server while it is typed in. */
  const drafts = new Map();
  const address = f => "/drafts/" + f.dataset.draft.split(":").map(encodeURIComponent).join("/");
  const typed = f => {
    const values = new URLSearchParams();
    for (const c of f.elements) {
      if (!c.name || !c.matches("input,select,textarea") || /hidden|password|file|submit|button/.test(c.type)) continue;
      if (c.selectedOptions) for (const o of c.selectedOptions) values.append(c.name, o.value);
      else if (c.checked || !/radio|checkbox/.test(c.type)) values.append(c.name, c.value);
    }
    return values;
  };
  const keep = async (f, leaving) => {
    const d = drafts.get(f), state = $("[data-draft-state]", f) || $("[data-draft-state]"), words = state?.dataset || {};
    if (!d || d.busy && !leaving) return;
    clearTimeout(d.timer);
    Object.assign(d, { busy: true, dirty: false, failed: false, since: 0 });
    const body = typed(f), once = $("input[name=once]", f)?.value;   // a form already saved leaves no draft
    let text = words.failedText, again = 15e3;
    try {
      const r = await fetch(address(f) + (once ? "?once=" + encodeURIComponent(once) : ""),
        { method: "POST", body, redirect: "manual", headers: { "X-Background": "1" }, keepalive: !!leaving && String(body).length < 6e4 });
      d.out = r.status === 401 || r.type === "opaqueredirect";       // signed out meanwhile
      if (d.out) { text = words.outText; if (!leaving) document.dispatchEvent(new Event("door:closed")); }
      if (r.status >= 400 && r.status < 500 && r.status !== 429) again = 0;   // refused: not again unchanged
      if (!r.ok) throw r;
      const at = (await r.json()).saved_at;                         // null: nothing was left to keep
      text = at ? words.savedText?.replace("{time}", at) : "";
      again = 800;
    } catch {
      d.dirty = d.failed = true;
    }
    d.busy = false;
    if (drafts.get(f) !== d) return;
    if (state && text !== undefined && state.textContent !== text) state.textContent = text;
    if (d.dirty && again) d.timer = setTimeout(keep, again, f);
  };
  const touch = f => {
    const d = drafts.get(f) || {}, now = Date.now();
    drafts.set(f, d);
    clearTimeout(d.timer);
    d.dirty = true;
    d.since ||= now;
    d.timer = setTimeout(keep, Math.min(800, d.since + 1e4 - now), f);   // at most 10 s late
  };
  const drop = f => { clearTimeout(drafts.get(f)?.timer); drafts.delete(f); };
  const refused = () => { for (const f of document.querySelectorAll("form[data-draft]")) if ($("[aria-invalid]", f)) touch(f); };
  const leave = () => { for (const [f, d] of drafts) if (d.dirty) keep(f, true); };
  on("input", e => { if (e.target.form?.dataset.draft) touch(e.target.form); });
  on("htmx:afterRequest", e => {
    const f = e.detail.elt, s = e.detail.xhr.status;
    if (f.dataset?.draft && document.contains(f) && (s < 200 || s >= 400)) touch(f);
  });
  addEventListener("pagehide", leave);
  on("visibilitychange", () => {
    if (document.hidden) leave();
    else for (const [f, d] of drafts) if (d.out) keep(f);           // back from signing in elsewhere
  });
  on("door:welcome", () => { for (const [f, d] of drafts) if (d.dirty) keep(f); });
  on("door:stranger", () => { dirty = false; for (const f of [...drafts.keys()]) drop(f); });
  refused();

  /* 8. Leaving with text kept nowhere: form[data-guard], or a draft that could not be kept. */
  let dirty = false;
  on("input", e => { if (e.target.closest("form[data-guard]")) dirty = true; });
  on("submit", e => {                                               // not into a closed door
    if (!drafts.get(e.target)?.out) return;
    e.preventDefault();
    e.stopPropagation();
    document.dispatchEvent(new Event("door:closed"));
  }, true);
  on("submit", e => {
    dirty = false;
    const f = e.target, to = (f.getAttribute("action") || "") + "/";
    if (drafts.get(f)?.dirty && !e.defaultPrevented && $("input[name=once]", f)) keep(f, true);
    for (const d of drafts.keys()) if (d === f || to.startsWith(address(d) + "/")) drop(d);   // saved or discarded
  });
  addEventListener("beforeunload", e => { if (dirty || [...drafts.values()].some(d => d.failed)) e.preventDefault(); });
})();
