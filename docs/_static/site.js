// Typesets the formulas as they come into view, and filters the tables of identities.
"use strict";

function typeset(place) {
  const text = place.textContent;
  katex.render(text, place, { displayMode: place.tagName === "DIV", throwOnError: false, output: "htmlAndMathml" });
}

function filter(input) {
  const rows = [...document.querySelectorAll(".cheatsheet tbody tr")];
  const texts = rows.map((row) => `${row.textContent} ${row.dataset.words || ""}`.toLowerCase());
  const count = document.querySelector("#found");
  const run = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, k) => {
      row.hidden = !words.every((word) => texts[k].includes(word));
      found += !row.hidden;
    });
    document.querySelectorAll(".cheatsheet").forEach((table) => {
      const section = table.closest("section");
      section.classList.toggle("empty", !table.querySelector("tbody tr:not([hidden])"));
    });
    count.textContent = words.length ? `${found} of ${rows.length}` : `${rows.length} rows`;
  };
  input.addEventListener("input", run);
  input.value = new URLSearchParams(location.search).get("find") || input.value;
  run();
}

document.addEventListener("DOMContentLoaded", () => {
  const input = document.querySelector("#find");
  if (input) filter(input);
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      typeset(entry.target);
    }
  }, { rootMargin: "600px" });
  document.querySelectorAll("article .math").forEach((place) => seen.observe(place));
});
