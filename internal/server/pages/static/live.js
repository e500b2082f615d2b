// Follows batches at work by server-sent events. Without it the pages say the same, as of when they were loaded.
"use strict";

for (const element of document.querySelectorAll("[data-events]")) {
  const bar = element.querySelector("progress");
  const text = element.querySelector("[data-text]");
  const source = new EventSource(element.dataset.events);
  const show = (event) => {
    const progress = JSON.parse(event.data);
    bar.max = Math.max(progress.claims, 1);
    bar.value = progress.decided;
    text.textContent = progress.decided.toLocaleString("en") + " of " + progress.claims.toLocaleString("en");
  };
  source.addEventListener("progress", show);
  source.addEventListener("done", (event) => {
    show(event);
    source.close();
    location.reload(); // figures and claims are there now
  });
}
