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
  // So do the lines that are shown and what a figure for print is to be: `show`, and `figure-` with a name.
  const layers = [...document.querySelectorAll(".layers input")];
  const shown = () => layers.filter((e) => e.checked).map((e) => e.id.replace("show-", "")).join(",");
  const usual = shown();
  const options = [...document.querySelectorAll(".figure-file :is(input, select)")];
  const first = new Map(options.map((e) => [e, e.value]));
  if (given.has("show")) {
    for (const e of layers) e.checked = given.get("show").split(",").includes(e.id.replace("show-", ""));
  }
  for (const e of options) if (given.has(e.id)) e.value = given.get(e.id) || e.value;
  let query = "";
  const aim = () => {
    const option = (name) => document.getElementById(`figure-${name}`).value;
    const figure = document.getElementById("figure");
    figure.dataset.file = `${option("name")}.${option("format")}`;
    for (const link of document.querySelectorAll("a[data-file]")) link.href = `files/${link.dataset.file}?${query}`;
    figure.href += `&${new URLSearchParams({ width: option("width"), dpi: option("dpi"), show: shown() })}`;
  };
  const remember = () => {
    const kept = new URLSearchParams();
    for (const control of controls) {
      if (box(control).value !== box(control).defaultValue) kept.set(control.id, box(control).value);
    }
    if (shown() !== usual) kept.set("show", shown());
    for (const e of options) if (e.value !== first.get(e)) kept.set(e.id, e.value);
    history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
  };
  for (const e of [...layers, ...options]) e.addEventListener("change", () => { aim(); remember(); });
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

  Shiny.addCustomMessageHandler("show", ({ html, text, problems, query: address }) => {
    for (const [id, made] of Object.entries(html)) document.getElementById(id).innerHTML = made;
    for (const [id, made] of Object.entries(text)) document.getElementById(id).textContent = made;
    for (const control of document.querySelectorAll(".control")) {
      const words = problems[control.id] || "";
      control.querySelector(".problem").textContent = words;
      box(control).setAttribute("aria-invalid", String(words !== ""));
    }
    query = address;
    aim();
    remember();
  });
})();
