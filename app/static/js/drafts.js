/* What is typed is kept on the server while it is typed: every form with input[name=draft]. Works without this file, by sending. */
(() => {
  "use strict";
  const $ = (s, r = document) => r.querySelector(s);
  const on = (name, act, capture) => document.addEventListener(name, act, capture);

  /* 1. What a form says, and where it is kept: its mark names the form, the record and this page. */
  const markOf = f => f?.elements && [...f.elements].find(c => c.name === "draft");
  const address = f => "/drafts/" + markOf(f).value.split(":").slice(0, 2).map(encodeURIComponent).join("/");
  const stateOf = f => $("[data-draft-state]", f) || $("[data-draft-state]:not(form *)") || $("[data-draft-state]");
  const typed = f => {
    const values = new URLSearchParams();
    for (const c of f.elements) {
      const carried = c.name === "draft" || c.name === "opened";
      if (!c.name || !carried && (!c.matches("input,select,textarea") || /hidden|password|file|submit|button/.test(c.type)) &&
          !(c.type === "hidden" && f.dataset.whole !== undefined)) continue;
      if (c.selectedOptions) for (const o of c.selectedOptions) values.append(c.name, o.value);
      else if (c.checked || !/radio|checkbox/.test(c.type)) values.append(c.name, c.value);
    }
    return values;
  };

  /* 2. Keeping: a second after the last key, at most ten seconds after the first, and on leaving. */
  const drafts = new Map();
  const keep = async (f, leaving) => {
    const d = drafts.get(f), state = stateOf(f), words = state?.dataset || {}, mark = markOf(f);
    if (!d || !mark || d.busy && !leaving) return;
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
      const kept = await r.json();                                   // saved_at null: nothing was left to keep
      if (kept.draft) mark.value = kept.draft;
      text = kept.saved_at ? words.savedText?.replace("{time}", kept.saved_at) : "";
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
    d.timer = setTimeout(keep, Math.min(800, d.since + 1e4 - now), f);
  };
  const drop = f => { clearTimeout(drafts.get(f)?.timer); drafts.delete(f); };
  const leave = () => { for (const [f, d] of drafts) if (d.dirty) keep(f, true); };

  on("input", e => { if (markOf(e.target.form)) touch(e.target.form); });
  on("htmx:afterRequest", e => {
    const f = e.detail.elt, s = e.detail.xhr.status;
    if (markOf(f) && document.contains(f) && (s < 200 || s >= 400)) touch(f);
  });
  addEventListener("pagehide", leave);
  on("visibilitychange", () => {
    if (document.hidden) leave();
    else for (const [f, d] of drafts) if (d.out) keep(f);           // back from signing in elsewhere
  });

  on("door:welcome", () => { for (const [f, d] of drafts) if (d.dirty) keep(f); });
  on("door:stranger", () => { for (const f of [...drafts.keys()]) drop(f); });

  /* 3. Sending: not into a closed door; what was saved needs no draft any more. */
  on("submit", e => {
    if (!drafts.get(e.target)?.out) return;
    e.preventDefault();
    e.stopPropagation();
    document.dispatchEvent(new Event("door:closed"));
  }, true);
  on("submit", e => {
    const f = e.target;
    if (drafts.get(f)?.dirty && !e.defaultPrevented) keep(f, true);
    drop(f);
  });

  /* 4. Leaving with text kept nowhere. */
  addEventListener("beforeunload", e => { if ([...drafts.values()].some(d => d.failed)) e.preventDefault(); });
})();
