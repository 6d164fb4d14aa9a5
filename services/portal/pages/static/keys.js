// Single keys for people who read all day. Rows carry data-row; what a key does is a link or
// button with data-key, so each key has a visible control beside it. Whoever speaks to the
// computer or types by accident can turn them off in the menu; the choice stays in the browser.
(function () {
  "use strict";
  var NAME = "tocsin-keys";

  function wanted() { return localStorage.getItem(NAME) !== "off"; }

  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function move(step) {
    var rows = Array.from(document.querySelectorAll("[data-row]"));
    var at = rows.indexOf(document.activeElement.closest("[data-row]"));
    var next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }

  function press(key) {
    var place = document.activeElement.closest("[data-row]") || document;
    var control = place.querySelector('[data-key="' + CSS.escape(key) + '"]');
    if (control) { control.click(); }
    return control !== null;
  }

  document.addEventListener("keydown", function (event) {
    if (!wanted() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
      return;
    }
    if (event.key === "j" || event.key === "k") {
      move(event.key === "j" ? 1 : -1);
      event.preventDefault();
    } else if (event.key.length === 1 && press(event.key)) {
      event.preventDefault();
    }
  });

  // The words that a reader has selected in an item's text are what its clip takes over.
  document.addEventListener("selectionchange", function () {
    var field = document.querySelector("[data-selection]");
    var selection = document.getSelection();
    var text = document.querySelector(".text");
    if (!field || !text || !selection.rangeCount) { return; }
    var inside = text.contains(selection.anchorNode) && text.contains(selection.focusNode);
    field.value = inside ? selection.toString().trim() : "";
  });

  document.addEventListener("DOMContentLoaded", function () {
    var toggle = document.querySelector("[data-keys-toggle]");
    if (!toggle) { return; }
    toggle.checked = wanted();
    toggle.addEventListener("change", function () {
      localStorage.setItem(NAME, toggle.checked ? "on" : "off");
    });
  });
})();
