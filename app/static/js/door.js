/* The door over the page: a warning before the time is up, then signing in without leaving what was typed.
   Without this file the server's own pages do the same, one page further. */
(() => {
  "use strict";
  const id = name => document.getElementById(name);
  const door = id("door"), closing = id("door-closing"), root = document.documentElement, title = document.title;
  if (!door || !window.htmx) return;
  const EARLY = 60e3, empty = door.innerHTML;
  let ends = Date.now() + 1000 * door.dataset.seconds;   // no later than this the server stops knowing this person
  let active = Date.now(), looked = Date.now(), timer, focused = null;
  const tell = name => document.dispatchEvent(new Event(name));
  const closed = () => "closed" in root.dataset;

  /* 1. The server knows the time: it is asked before anything is said. A look is no sign of life, staying is. */
  const ask = async stay => {
    const r = await fetch(door.dataset.presence, stay ? { method: "POST", redirect: "manual" }
      : { headers: { "X-Background": "1" }, redirect: "manual", cache: "no-store" });
    if (r.status === 401 || r.type === "opaqueredirect") return null;
    if (!r.ok) throw r;
    return r.json();
  };
  const plan = ms => { clearTimeout(timer); timer = setTimeout(look, Math.max(1e3, ms)); };
  const look = async stay => {
    stay = stay === true;
    looked = Date.now();
    let now;
    try {
      now = await ask(stay);
    } catch {                                            // no connection: what the page knows counts
      if (!closed() && Date.now() >= ends) shut();
      return plan(15e3);
    }
    if (!now) return shut();
    if (now.user !== door.dataset.user) return stranger();
    if (closed()) return welcome(now.seconds);           // came in on another tab
    ends = Date.now() + 1000 * now.seconds;
    const left = ends - Date.now(), here = Date.now() - active < EARLY;
    if (left > EARLY + 5e3) closing.close(), plan(left - EARLY);
    else if (here && !stay && !closing.open) look(true); // somebody is typing right now
    else warn(), plan(left + 1e3);
  };
  for (const name of ["keydown", "pointerdown", "input"])
    document.addEventListener(name, () => { active = Date.now(); }, { capture: true, passive: true });
  const back = () => { if (!document.hidden && (closed() || Date.now() >= ends || Date.now() - looked > 5e3)) look(); };
  document.addEventListener("visibilitychange", back);
  addEventListener("focus", back);
  addEventListener("pageshow", e => { if (e.persisted) look(); });

  /* 2. One minute before: stay, or sign out. Escape is a sign of life too. */
  const warn = () => { if (!closing.open && !closed()) { focused = document.activeElement; closing.showModal(); } };
  id("door-closing-stay").addEventListener("click", () => closing.close());
  closing.addEventListener("close", () => {
    if (closed()) return;
    focused?.focus?.({ preventScroll: true });
    if (ends - Date.now() < EARLY + 5e3) look(true);
  });

  /* 3. The time is up: cover the page, ask at the door. */
  const load = where => window.htmx.ajax("GET", where, { target: door, swap: "innerHTML" });
  const shut = () => {
    if (closed()) return;
    clearTimeout(timer);
    if (!closing.open && !door.open) focused = document.activeElement;
    root.dataset.closed = "";
    closing.close();
    door.close();
    document.title = door.dataset.title;
    door.dataset.mode = "closed";
    door.showModal();
    load(door.dataset.signIn);
    plan(15e3);
  };
  const again = () => {
    if (closed() || door.open) return;
    focused = document.activeElement;
    door.dataset.mode = "again";
    door.showModal();
    load(door.dataset.confirm);
  };
  const rest = () => { door.innerHTML = empty; };
  door.addEventListener("cancel", e => { if (closed()) e.preventDefault(); });
  door.addEventListener("close", () => {
    if (closed()) {                                      // no key gets around it
      door.showModal();
      door.querySelector("[data-focus], input[type=password], button")?.focus();
    } else rest(), focused?.focus?.({ preventScroll: true });
  });
  door.addEventListener("click", e => {
    if (e.target.closest("#door-retry")) closed() ? load(door.dataset.signIn) : load(door.dataset.confirm);
    if (e.target.closest("[data-shut]")) door.close();
  });

  /* 4. Somebody came in. Only the person whose page this is finds it again. */
  const welcome = (seconds, thanks) => {
    delete root.dataset.closed;
    document.title = title;
    for (const n of document.querySelectorAll(".at-the-door")) n.remove();
    door.close();
    ends = Date.now() + 1000 * seconds;
    active = Date.now();
    plan(ends - Date.now() - EARLY);
    const said = document.createElement("div");
    said.className = "toast";
    said.textContent = thanks ? door.dataset.thanks : door.dataset.back;
    id("toasts").append(said);
    tell("door:welcome");
  };
  const stranger = () => {
    root.dataset.closed = "";
    tell("door:stranger");                               // nothing typed here is kept under another name
    for (const f of document.forms) f.reset();
    location.replace(door.dataset.start);
  };
  document.addEventListener("door:opened", e => {
    if (e.detail.user !== door.dataset.user) stranger();
    else welcome(e.detail.seconds, door.dataset.mode === "again");
  });
  document.addEventListener("door:closed", shut);
  document.addEventListener("door:again", again);
  plan(ends - Date.now() - 2 * EARLY);
})();
