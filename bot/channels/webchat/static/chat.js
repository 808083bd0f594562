// Makes the page smoother; everything works without it. Sends a form by fetch and swaps the conversation.
(() => {
  "use strict";
  const sending = new Set();
  const hint = (words) => {
    let place = document.querySelector(".hint");
    if (!place) {
      place = document.createElement("p");
      place.className = "hint";
      place.setAttribute("role", "alert");
      document.querySelector(".write").before(place);
    }
    place.textContent = words;
  };
  const swap = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("main");
    if (!fresh) return false;
    document.documentElement.lang = page.documentElement.lang;
    for (const part of ["#lines", ".write", ".quick"]) {
      document.querySelector(part).innerHTML = fresh.querySelector(part).innerHTML;
    }
    document.querySelector("footer").innerHTML = page.querySelector("footer").innerHTML;
    const told = fresh.querySelector(".hint");
    if (told) hint(told.textContent);
    else document.querySelector(".hint")?.remove();
    const mine = document.querySelectorAll("#lines .me");
    (mine[mine.length - 1] || document.querySelector("#cuoi"))?.scrollIntoView();
    return true;
  };
  document.addEventListener("submit", async (press) => {
    const form = press.target;
    const path = new URL(form.action).pathname;
    if (path !== "/say" && path !== "/press") return;
    press.preventDefault();
    const data = new URLSearchParams(new FormData(form));
    if (sending.has(data.get("event"))) return;
    sending.add(data.get("event"));
    form.querySelector("button")?.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(path, { method: "POST", body: data, credentials: "same-origin" });
      if (!swap(await answer.text())) location.assign("/");
      if (path === "/say") document.querySelector("#text").focus({ preventScroll: true });
    } catch {
      hint(document.querySelector(".write").dataset.offline);
      form.querySelector("button")?.removeAttribute("aria-disabled");
    } finally {
      sending.delete(data.get("event"));
    }
  });
})();
