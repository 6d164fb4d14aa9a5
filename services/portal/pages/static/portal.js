// On a wide screen the filters stand open; on a phone they wait behind their heading.
// Without this script everything still works: filters are opened by hand.
(function () {
  "use strict";
  var wide = window.matchMedia("(min-width: 60em)");

  function arrange(root) {
    root.querySelectorAll("details[data-open-wide]").forEach(function (one) {
      one.open = wide.matches || one.open;
    });
  }

  // A swapped-in part must not close what the reader had opened on a phone.
  var wasOpen = false;
  document.addEventListener("htmx:beforeSwap", function () {
    var filters = document.querySelector("details[data-open-wide]");
    wasOpen = Boolean(filters && filters.open);
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var filters = document.querySelector("details[data-open-wide]");
    if (filters && wasOpen) { filters.open = true; }
    arrange(document);
    announce(event.target);
  });
  document.addEventListener("htmx:beforeRequest", function () {
    document.getElementById("status").textContent = "";
  });
  // What was swapped in is said in one element that stays: browsers do not read out a live
  // region that is itself new. After a decision the reader goes on at the panel's heading.
  function announce(swapped) {
    var words = swapped.querySelector("[data-say]");
    // Later parts of the same answer settle too and have nothing to say; the words stay.
    if (words) { document.getElementById("status").textContent = words.textContent.trim(); }
    var heading = swapped.id === "review-panel" && document.getElementById("decide");
    heading = heading || (swapped.id === "draft" && document.getElementById("draft-title"));
    if (heading) { heading.focus(); }
  }
  // Choosing a filter, a date or an order searches at once; words wait for Enter.
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.id === "search" && event.target.type !== "search") { form.requestSubmit(); }
  });
  document.addEventListener("DOMContentLoaded", function () { arrange(document); });
  wide.addEventListener("change", function () { arrange(document); });
})();
