// Makes the page smoother and nothing more: without it every form works by itself.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const write = $("write"), box = $("text"), state = $("state"), live = $("live");
  const PATIENCE = 20000; // ms: then the network counts as too weak, and the same event may be sent again
  const LOOK = 15000; // ms between two looks for an answer of staff
  let busy = null; // the form on its way

  const say = (words, bad) => {
    state.textContent = words;
    state.classList.toggle("bad", Boolean(bad));
  };
  const hold = (form, on) => {
    busy = on ? form : null;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", on);
  };

  // Put the new page's parts in place of the old ones; the box, its words and the focus stay.
  const show = (page) => {
    for (const id of ["top", "log", "foot"]) $(id).replaceWith(page.getElementById(id));
    const fresh = page.getElementById("write");
    write.elements.event.value = fresh.elements.event.value;
    for (const name of ["sending", "offline"]) write.dataset[name] = fresh.dataset[name];
    write.querySelector("label").textContent = fresh.querySelector("label").textContent;
    write.querySelector("button").textContent = fresh.querySelector("button").textContent;
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
  };

  const read = (scrolls = true) => {
    live.textContent = [...document.querySelectorAll("#log .bot.new .words")].map((each) => each.innerText).join("\n");
    const end = $("cuoi");
    if (end && scrolls) end.scrollIntoView({ block: "start" });
  };

  const send = async (form, button) => {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    const inBox = form === write, sent = box.value, hadFocus = document.activeElement;
    hold(form, true);
    say(write.dataset.sending);
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", body: fields, headers: { "X-Chat-Script": "1" }, signal: stop.signal,
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const note = page.getElementById("note");
      if (answer.ok || answer.status === 409) {
        if (!page.getElementById("write")) throw new Error("not our page");
        show(page);
        say("");
        if (inBox && answer.ok && box.value === sent) box.value = "";
        read();
        if (note) live.textContent = note.innerText;
        if (!inBox && !document.contains(hadFocus) && $("cuoi")) $("cuoi").focus({ preventScroll: true });
      } else {
        const words = note ? note.querySelector("p") : page.querySelector("main p");
        say(words ? words.textContent : write.dataset.offline, true);
      }
    } catch {
      say(write.dataset.offline, true);
    }
    clearTimeout(timer);
    hold(form, false);
    if (inBox && matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });
  };

  // While something was passed to staff: look whether an answer came. The box, its words and the focus stay.
  const words = (page) => [...page.querySelectorAll("#log .words")].map((each) => each.textContent).join("\n");
  const look = async () => {
    if (busy || document.hidden || !("waiting" in $("log").dataset)) return;
    try {
      const answer = await fetch("/");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (busy || !answer.ok || !page.getElementById("write")) return;
      const isNews = words(page) !== words(document), wasInLog = $("log").contains(document.activeElement);
      if (!isNews && "waiting" in page.getElementById("log").dataset) return;
      show(page);
      if (isNews) read(document.activeElement !== box);
      if (wasInLog && $("cuoi")) $("cuoi").focus({ preventScroll: true });
    } catch {
      // the network is weak: the next time will do
    }
  };
  setInterval(look, LOOK);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ("leave" in form.dataset) { // the words go at once, the network may take its time
      document.title = "";
      document.body.classList.add("gone");
      return;
    }
    // An old browser does not say which button it was: it sends the form by itself.
    if ("submitter" in event && /\/(say|press)$/.test(form.getAttribute("action"))) {
      event.preventDefault();
      if (!busy) send(form, event.submitter);
    }
  });

  box.addEventListener("keydown", (event) => {
    // Not while a Vietnamese keyboard still composes a letter.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      write.requestSubmit();
    }
  });

  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // a page kept by the browser: what it shows may be erased by now
  });
})();
