// Only improves: everything works without it.
"use strict";

// Looks again while a step is at work, unless somebody is at work on the page.
for (const place of document.querySelectorAll("[data-reload]")) {
  const look = () => {
    const at = document.activeElement;
    const isBusy = at && at !== document.body && at.id !== "content";
    if (isBusy || document.hidden) setTimeout(look, 5000);
    else location.replace(place.querySelector("a").href);
  };
  setTimeout(look, 5000);
}

// What is folded away is printed too.
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) each.open = true;
});
