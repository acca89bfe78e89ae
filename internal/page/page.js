// Keeps the page up to date. The server says on a stream that its content has changed; the content is fetched as a
// document (so that no text becomes HTML here), and what differs is changed in place.
"use strict";

(() => {
  const patience = 25_000; // ms without a word from the server; it says something every 10 s
  const page = () => document.getElementById("page");
  const lost = document.getElementById("lost");
  let stream = null, heard = Date.now(), fetching = false, again = false;

  // alike says whether one element can become the other.
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && key(a) === key(b);
  const key = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null);

  // morph makes is look like want. What the reader has unfolded stays unfolded.
  function morph(is, want) {
    if (is.nodeType !== Node.ELEMENT_NODE) {
      if (is.data !== want.data) is.data = want.data;
      return;
    }
    if (is.isEqualNode(want)) return;
    if (is.nodeName === "TIME" && is.dateTime === want.dateTime) return; // its text is ours
    for (const { name, value } of want.attributes) {
      if (is.getAttribute(name) !== value) is.setAttribute(name, value);
    }
    for (const { name } of [...is.attributes]) {
      if (!want.hasAttribute(name) && !(name === "open" && is.nodeName === "DETAILS")) is.removeAttribute(name);
    }
    children(is, want);
  }

  function children(is, want) {
    const known = new Map();
    for (const child of is.childNodes) if (key(child)) known.set(key(child), child);
    const stays = new Set([...want.childNodes].map(key));
    let at = is.firstChild;
    for (const child of want.childNodes) {
      while (at && key(at) && !stays.has(key(at))) at = drop(at);
      let match = key(child) ? known.get(key(child)) : at;
      if (match && !alike(match, child)) match = null;
      if (!match) {
        is.insertBefore(document.importNode(child, true), at);
        continue;
      }
      if (match === at) at = at.nextSibling;
      else is.insertBefore(match, at);
      morph(match, child);
    }
    while (at) at = drop(at);
  }

  function drop(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  function take(content) {
    const want = content?.getElementById("page");
    if (!want) return;
    if (want.dataset.build !== page().dataset.build) return location.reload(); // the server is another one
    const focused = document.activeElement;
    morph(page(), want);
    if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
    document.title = want.dataset.title;
    document.querySelector("link[rel=icon]").href = want.dataset.icon;
    times();
  }

  function fetchContent() {
    if (fetching) return void (again = true);
    fetching = true;
    const request = new XMLHttpRequest();
    request.open("GET", "fragment");
    request.responseType = "document";
    request.timeout = patience;
    request.onload = () => { if (request.status === 200) take(request.responseXML); };
    request.onloadend = () => {
      fetching = false;
      if (again) { again = false; fetchContent(); }
    };
    request.send();
  }

  // times shows moments by the reader's clock.
  function times() {
    for (const time of document.querySelectorAll("time")) {
      const at = new Date(time.dateTime);
      const text = time.dataset.as === "ago" ? ago((Date.now() - at) / 1000) : at.toLocaleTimeString();
      if (time.textContent !== text) time.textContent = text;
      if (!time.title) time.title = at.toLocaleString();
    }
  }

  function ago(s) {
    if (s < 2) return "just now";
    for (const [unit, size] of [["d", 86400], ["h", 3600], ["min", 60]]) {
      if (s >= 2 * size) return `${Math.floor(s / size)} ${unit} ago`;
    }
    return `${Math.floor(s)} s ago`;
  }

  function hear() {
    heard = Date.now();
    lost.hidden = true;
  }

  function cut() {
    if (!lost.hidden) return;
    lost.textContent = `No word from the server since ${new Date(heard).toLocaleTimeString()}: this is how things were then. It is asked again all the time.`;
    lost.hidden = false;
  }

  function listen() {
    close();
    if (document.hidden) return;
    stream = new EventSource("stream");
    for (const kind of ["changed", "beat"]) {
      stream.addEventListener(kind, (event) => {
        hear();
        if (event.data !== page().dataset.hash) fetchContent();
      });
    }
    stream.addEventListener("error", cut);
  }

  function close() {
    stream?.close();
    stream = null;
  }

  // A browser has few connections to a server: a page that nobody sees needs none.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : (heard = Date.now(), listen())));
  setInterval(() => {
    times();
    if (!stream) return;
    const silent = Date.now() - heard;
    if (silent > patience) cut();
    if (stream.readyState === EventSource.CLOSED || silent > patience) {
      if (Date.now() - tried > 5000) { tried = Date.now(); listen(); }
    }
  }, 1000);
  let tried = Date.now();
  times();
  listen();
})();
