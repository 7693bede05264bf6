// What a script adds to pages that work without one: answers while one types, tables that sort, pictures that failed.

for (const root of document.querySelectorAll("[data-combobox]")) combobox(root);
for (const table of document.querySelectorAll("[data-sortable]")) sortable(table);
for (const image of document.querySelectorAll(".picture img")) {
  const hide = () => image.classList.add("broken");
  if (image.complete && image.naturalWidth === 0) hide();
  image.addEventListener("error", hide);
}

// Whoever is signed in to the console gets the way to what can be done there. The cookie says that and nothing else.
const somebody = location.pathname.match(/^\/(artists|producers)\/[0-9a-f-]{36}$/);
if (somebody && document.cookie.includes("linernotes_signed_in=")) {
  const link = document.createElement("a");
  link.className = "button quiet";
  link.href = `/console${somebody[0]}`;
  link.textContent = "In the console";
  const actions = document.createElement("p");
  actions.className = "actions";
  actions.append(link);
  document.querySelector("main h1")?.parentElement.append(actions);
}

/** The ARIA pattern "editable combobox with list autocomplete" over a form that also works as it is. */
function combobox(root) {
  const input = root.querySelector("input");
  const target = root.dataset.comboboxTarget;
  const people = Boolean(target);
  const id = `${input.id}-options`;
  const list = document.createElement("div");
  list.className = "options";
  list.id = id;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  const status = document.createElement("div");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  root.append(list, status);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) {
    input.setAttribute(name, value);
  }
  // With a script the form sends the id that was chosen, and the name only where none was.
  let chosen;
  if (people) {
    chosen = document.createElement("input");
    chosen.type = "hidden";
    chosen.name = input.name;
    root.append(chosen);
    const name = input.name;
    const choose = (value) => {
      chosen.value = value;
      chosen.disabled = !value;
      input.name = value ? "" : name;
    };
    choose(input.dataset.id ?? "");
    root.choose = choose;
  }

  let options = [];
  let active = -1;
  let timer;
  let asked = 0;
  let abort;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options[active];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const take = (option) => {
    if (people) {
      input.value = option.dataset.name;
      root.choose(option.dataset.id);
      close();
    } else {
      location.href = option.dataset.href;
    }
  };
  const show = (found) => {
    list.replaceChildren();
    options = [];
    for (const [group, items] of groups(found, people)) {
      if (items.length === 0) continue;
      const heading = document.createElement("div");
      heading.className = "group";
      heading.id = `${id}-${group.toLowerCase()}`;
      heading.textContent = group;
      const box = document.createElement("div");
      box.setAttribute("role", "group");
      box.setAttribute("aria-labelledby", heading.id);
      box.append(heading);
      for (const item of items) {
        const option = document.createElement("div");
        option.id = `${id}-${options.length}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.href = item.href;
        option.dataset.id = item.id;
        option.dataset.name = item.name;
        const name = document.createElement("bdi");
        name.textContent = item.name;
        const small = document.createElement("small");
        small.textContent = item.detail;
        option.append(name, small);
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => take(option));
        box.append(option);
        options.push(option);
      }
      list.append(box);
    }
    if (options.length === 0) {
      const none = document.createElement("div");
      none.className = "status";
      none.textContent = "Nothing here is called that";
      list.append(none);
    }
    status.textContent = options.length === 1 ? "1 suggestion" : `${options.length} suggestions`;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    active = -1;
    input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const term = input.value.trim();
    if (!term) return close();
    const ticket = ++asked;
    abort?.abort();
    abort = new AbortController();
    try {
      const response = await fetch(`/search.json?limit=5&q=${encodeURIComponent(term)}`, { signal: abort.signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const found = await response.json();
      // A late answer to what is no longer asked.
      if (ticket === asked && document.activeElement === input) show(found);
    } catch (error) {
      if (error.name !== "AbortError" && ticket === asked) close();
    }
  };

  input.addEventListener("input", () => {
    root.choose?.("");
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void ask();
      if (options.length === 0) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      take(options[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", close);
}

function groups(found, people) {
  const count = (amount, one) => `${amount} ${one}${amount === 1 ? "" : "s"}`;
  const artists = (list) => list.map((artist) => artist.name).join(", ");
  const all = [
    ["People", found.producers.map((one) => ({
      id: one.id, name: one.name, href: `/producers/${one.id}`,
      detail: `${count(one.track_count, "track")}${one.also ? `, also ${one.also}` : ""}`,
    }))],
    ["Artists", found.artists.map((one) => ({
      id: one.id, name: one.name, href: `/artists/${one.id}`, detail: count(one.album_count ?? 0, "album"),
    }))],
  ];
  if (people) return all;
  return all.concat([
    ["Albums", found.albums.map((one) => ({
      id: one.id, name: one.name, href: `/albums/${one.id}`,
      detail: [artists(one.artists), one.release_date?.slice(0, 4)].filter(Boolean).join(", "),
    }))],
    ["Tracks", found.tracks.map((one) => ({
      id: one.id, name: one.name, href: `/tracks/${one.id}`, detail: `${artists(one.artists)}, ${one.album.name}`,
    }))],
  ]);
}

export function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => {
    const cell = row.cells[column];
    const meter = cell.querySelector("meter");
    return meter ? String(meter.value) : cell.textContent.trim();
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      const order = new Intl.Collator(undefined, { numeric: true });
      rows.sort((one, other) => order.compare(value(one, column), value(other, column)) * (down ? -1 : 1));
      table.tBodies[0].append(...rows);
    });
  });
}
