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

  /* 7. Copying and printing: buttons that only a script can serve are hidden without it. */
  for (const b of document.querySelectorAll("[data-copy], [data-print]")) b.hidden = false;
  on("click", e => {
    const b = e.target.closest("[data-copy], [data-print]");
    if (!b) return;
    if ("print" in b.dataset) return print();
    $(b.dataset.copy).select();
    if (document.execCommand("copy")) say(b.dataset.copied);  // the clipboard of navigator is there only over https
  });
})();
