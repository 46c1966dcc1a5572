// A control is a number box with a slider beside it; the box holds the value. The server gets what the box says, as
// text, so that it can answer an empty or impossible value in words.
(() => {
  const box = (control) => control.querySelector("input[type=number]");
  const slider = (control) => control.querySelector("input[type=range]");

  class Control extends Shiny.InputBinding {
    find(scope) { return $(scope).find(".control"); }
    getValue(control) { return box(control).validity.badInput ? "NaN" : box(control).value; }
    getRatePolicy() { return { policy: "throttle", delay: 50 }; }
    subscribe(control, callback) {
      $(control).on("input.control change.control", (event) => {
        const range = slider(control);
        if (event.target === range) box(control).value = range.value;
        else if (range) range.value = box(control).value;
        callback(true);
      });
    }
    unsubscribe(control) { $(control).off(".control"); }
  }
  Shiny.inputBindings.register(new Control(), "rparity.control");

  const set = (control, value) => {
    box(control).value = value;
    box(control).dispatchEvent(new Event("input", { bubbles: true }));
  };
  // The address holds what differs from the page as it comes, so that it can be kept and sent.
  const controls = [...document.querySelectorAll(".control")];
  const given = new URLSearchParams(location.search);
  for (const control of controls) {
    if (!given.has(control.id)) continue;
    box(control).value = given.get(control.id);
    if (slider(control)) slider(control).value = box(control).value;
  }
  const remember = () => {
    const kept = new URLSearchParams();
    for (const control of controls) {
      if (box(control).value !== box(control).defaultValue) kept.set(control.id, box(control).value);
    }
    history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
  };
  document.getElementById("link").addEventListener("click", async (event) => {
    try {
      await navigator.clipboard.writeText(location.href);
      event.target.textContent = "Link copied";
    } catch {
      event.target.textContent = "The link is this page’s address";
    }
    setTimeout(() => { event.target.textContent = "Copy link"; }, 3000);
  });
  document.getElementById("reset").addEventListener("click", () => {
    for (const control of document.querySelectorAll(".control")) set(control, box(control).defaultValue);
  });
  document.getElementById("draw").addEventListener("click", () => {
    set(document.getElementById("seed"), 1 + Math.floor(Math.random() * 99999));
  });
  document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());

  Shiny.addCustomMessageHandler("show", ({ html, text, problems }) => {
    for (const [id, made] of Object.entries(html)) document.getElementById(id).innerHTML = made;
    for (const [id, made] of Object.entries(text)) document.getElementById(id).textContent = made;
    for (const control of document.querySelectorAll(".control")) {
      const words = problems[control.id] || "";
      control.querySelector(".problem").textContent = words;
      box(control).setAttribute("aria-invalid", String(words !== ""));
    }
    remember();
  });
})();
