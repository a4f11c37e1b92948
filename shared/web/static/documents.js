// Only improves: everything works without it.
"use strict";

// Says that a file is too large before it is sent, which takes long.
function check(field) {
  const input = field.querySelector("input[type=file]");
  const isTooLarge = [...input.files].some((file) => file.size > Number(field.dataset.largest));
  let words = field.querySelector(".mistake");
  if (!words && isTooLarge) {
    words = document.createElement("p");
    words.className = "mistake";
    words.id = `${input.id}-wrong`;
    words.setAttribute("role", "alert");
    input.before(words);
  }
  if (words) words.textContent = isTooLarge ? field.dataset.tooLarge : "";
  field.classList.toggle("wrong", isTooLarge);
  if (isTooLarge) {
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", words.id);
  } else {
    input.removeAttribute("aria-invalid");
  }
  return !isTooLarge;
}

for (const field of document.querySelectorAll("[data-largest]")) {
  field.addEventListener("change", () => check(field));
}

for (const form of document.querySelectorAll("form[enctype]")) {
  form.addEventListener("submit", (event) => {
    const wrong = [...form.querySelectorAll("[data-largest]")].filter((field) => !check(field));
    if (wrong.length) {
      // It is not sent: whatever else listens must not think so.
      event.preventDefault();
      event.stopImmediatePropagation();
      wrong[0].querySelector("input").focus();
      return;
    }
    const busy = form.querySelector("[data-busy]");
    busy.textContent = busy.dataset.busy;
  });
}
// Going back shows a page as it was left.
window.addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[data-busy]")) busy.textContent = "";
});
