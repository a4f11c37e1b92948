// Only improves: everything works without it.
"use strict";
{
  const EVERY = 60000; // milliseconds between looks
  const NATIVE = "a, button, summary, input, select, textarea"; // what has keys of its own
  const find = (selector) => document.querySelector(selector);
  const fresh = find("[data-fresh]"), news = find("[data-news]"), spoken = find("[data-chosen]");
  const keys = find("[data-keys]"), use = find("#keys"), again = find("#again"), search = find("#text");
  const parts = [...document.querySelectorAll("[data-live]")];
  const shown = new Map(parts.map((part) => [part, part.innerHTML]));
  let chosen = ""; // the case of the row that was chosen by key
  let looked = Date.now();

  find(".assist").hidden = false;
  say(fresh, fresh.dataset.fresh);
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", () => Date.now() - looked >= EVERY && look());
  document.addEventListener("keydown", press);
  for (const box of [use, again]) {
    box.checked = kept(box.id) !== "off";
    box.addEventListener("change", () => kept(box.id, box.checked ? "on" : "off"));
  }

  // Looks the list up again, and puts what has changed in its place, but for what somebody is at work in.
  async function look() {
    if (document.hidden || !again.checked) return;
    looked = Date.now();
    try {
      const answer = await fetch(location.href, { redirect: "error" }); // redirected: signed out
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const changed = parts.filter((part) => swap(part, page.querySelector(`[data-live=${part.dataset.live}]`)));
      say(fresh, fresh.dataset.fresh);
      say(news, changed.length ? news.dataset.news : "");
      mark();
    } catch {
      say(news, news.dataset.stale);
    }
  }

  function swap(part, found) {
    if (!found || found.innerHTML === shown.get(part) || part.contains(document.activeElement)) return false;
    shown.set(part, found.innerHTML);
    part.replaceChildren(...found.childNodes);
    return true;
  }

  function say(place, words) {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hourCycle: "h23", timeStyle: "short" });
    place.textContent = words.replace("{time}", time);
  }

  function press(event) {
    const isTyped = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (!use.checked || isTyped || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") choose(1);
    else if (event.key === "k") choose(-1);
    else if (event.key === "Enter" && !event.target.closest(NATIVE)) find("tr.chosen a")?.click();
    else if (event.key === "?") keys.open = !keys.open;
    else if (event.key === "/") seek();
    else return;
    event.preventDefault();
  }

  function seek() {
    search.focus();
    search.select();
  }

  // Goes on from the row that has the focus, else from the one that was chosen.
  function choose(by) {
    const rows = [...document.querySelectorAll("tr[data-case]")];
    const focused = document.activeElement?.closest("tr[data-case]");
    const from = rows.findIndex((row) => (focused ? row === focused : row.dataset.case === chosen));
    const row = rows[Math.min(Math.max(from + by, 0), rows.length - 1)];
    if (!row) return;
    if (focused) document.activeElement.blur();
    chosen = row.dataset.case;
    mark();
    row.scrollIntoView({ block: "nearest" });
    spoken.textContent = row.querySelector("a").textContent;
  }

  function mark() {
    for (const row of document.querySelectorAll("tr[data-case]")) {
      row.classList.toggle("chosen", row.dataset.case === chosen);
    }
  }

  // What is ticked is remembered by the browser, if it may.
  function kept(name, value) {
    try {
      if (value) localStorage.setItem(`work-${name}`, value);
      return localStorage.getItem(`work-${name}`);
    } catch {
      return "on";
    }
  }
}
