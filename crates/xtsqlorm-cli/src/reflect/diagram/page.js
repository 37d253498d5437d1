"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const svg = byId("drawing"), scene = byId("scene");
  const boxes = all(".box"), cards = all("article"), items = all("#list li"), lines = all(".line");
  const place = (node) => Number(node.dataset.place);
  const label = (index) => cards[index].querySelector("h2 .name").textContent;

  // Search: each word must be in the table or in one of its columns.
  const texts = cards.map((card) => {
    const head = (label(place(card)) + " " + (card.querySelector("p.comment")?.textContent ?? "")).toLowerCase();
    const rows = all("tbody tr", card).map((row) => [row, row.textContent.toLowerCase()]);
    return { head, rows };
  });
  const search = byId("search"), found = byId("found");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let tables = 0, columns = 0;
    const hidden = texts.map(({ head, rows }, index) => {
      const rest = words.filter((word) => !head.includes(word));
      const shown = rest.every((word) => rows.some(([, text]) => text.includes(word)));
      for (const [row, text] of rows) {
        const hit = words.length > 0 && words.some((word) => text.includes(word));
        row.classList.toggle("hit", shown && hit);
        row.hidden = rest.length > 0 && !hit;
        columns += shown && hit ? 1 : 0;
      }
      cards[index].hidden = items[index].hidden = !shown;
      boxes[index].classList.toggle("miss", !shown);
      tables += shown ? 1 : 0;
      return !shown;
    });
    for (const line of lines) {
      line.classList.toggle("miss", hidden[line.dataset.from] || hidden[line.dataset.to]);
    }
    const count = (number, what) => number + " " + what + (number === 1 ? "" : "s");
    found.textContent = words.length ? count(tables, "table") + ", " + count(columns, "column") : "";
  };
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; filter(); }
    if (event.key === "Enter") { items.find((item) => !item.hidden)?.querySelector("a").click(); }
  });

  // The view of the drawing: what is drawn at x, y in the frame is (x - view.x) / view.scale.
  const width = Number(svg.dataset.width), height = Number(svg.dataset.height);
  const view = { x: 0, y: 0, scale: 1 };
  svg.removeAttribute("viewBox");
  const show = () => {
    scene.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
    svg.classList.toggle("far", view.scale < 0.45);
    svg.style.setProperty("--name", Math.min(26, Math.max(12, 9 / view.scale)) + "px");
  };
  const frame = () => svg.getBoundingClientRect();
  const fit = () => {
    const { width: wide, height: high } = frame();
    view.scale = Math.min(1.2, wide / width, high / height);
    view.x = (wide - width * view.scale) / 2;
    view.y = (high - height * view.scale) / 2;
    show();
  };
  const zoom = (factor, x = frame().width / 2, y = frame().height / 2) => {
    const scale = Math.min(3, Math.max(0.02, view.scale * factor));
    view.x = x - (x - view.x) * scale / view.scale;
    view.y = y - (y - view.y) * scale / view.scale;
    view.scale = scale;
    show();
  };
  const bounds = boxes.map((box) => {
    const [, x, y] = box.getAttribute("transform").match(/([\d.]+) ([\d.]+)/).map(Number);
    const body = box.querySelector(".body");
    const wide = Number(body.getAttribute("width")), text = box.querySelector(".name");
    text.style.setProperty("--most", (wide - 12) / (0.62 * Math.max(1, text.textContent.length)) + "px");
    return { x, y, width: wide, height: Number(body.getAttribute("height")) };
  });
  const middle = (index) => ({
    x: bounds[index].x + bounds[index].width / 2,
    y: bounds[index].y + bounds[index].height / 2,
  });
  const center = (index) => {
    const { width: wide, height: high } = frame();
    view.scale = Math.max(view.scale, 0.8);
    view.x = wide / 2 - middle(index).x * view.scale;
    view.y = high / 2 - middle(index).y * view.scale;
    show();
  };

  // A chosen table, with what it refers to and what refers to it.
  let chosen = -1;
  const bar = byId("selected");
  const choose = (index) => {
    chosen = index;
    svg.classList.toggle("busy", index >= 0);
    boxes.forEach((box, other) => { box.classList.toggle("chosen", other === index); box.classList.remove("near"); });
    items.forEach((item, other) => item.classList.toggle("chosen", other === index));
    for (const line of lines) {
      const from = Number(line.dataset.from), to = Number(line.dataset.to);
      const near = index >= 0 && (from === index || to === index);
      line.classList.toggle("near", near);
      if (near) {
        boxes[from].classList.add("near");
        boxes[to].classList.add("near");
        line.parentNode.append(line);
      }
    }
    bar.hidden = index < 0;
    if (index < 0) { return; }
    const names = (from, to) => [...new Set(lines
      .filter((line) => Number(line.dataset[from]) === index)
      .map((line) => label(Number(line.dataset[to]))))];
    const link = document.createElement("a");
    link.href = "#" + cards[index].id;
    link.textContent = label(index);
    const parts = [["refers to ", names("from", "to")], ["referred to by ", names("to", "from")]]
      .filter(([, tables]) => tables.length)
      .map(([words, tables]) => words + tables.slice(0, 8).join(", ") + (tables.length > 8 ? ` and ${tables.length - 8} more` : ""));
    bar.replaceChildren(link, parts.length ? " " + parts.join("; ") : " has no relations");
    items[index].scrollIntoView({ block: "nearest" });
  };
  const open = (index) => {
    location.hash = cards[index].id;
    cards[index].scrollIntoView();
    cards[index].focus({ preventScroll: true });
  };

  // Pointers: one drags, two zoom, a short press chooses.
  const held = new Map();
  let moved = 0;
  const at = (event) => ({ x: event.clientX - frame().left, y: event.clientY - frame().top });
  svg.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, at(event));
    moved = held.size > 1 ? Infinity : 0;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) { return; }
    const now = at(event);
    moved += Math.hypot(now.x - before.x, now.y - before.y);
    if (moved < 4) { return; }
    if (!svg.hasPointerCapture(event.pointerId)) { svg.setPointerCapture(event.pointerId); }
    svg.classList.add("held");
    if (held.size === 2) {
      const other = [...held].find(([id]) => id !== event.pointerId)[1];
      const apart = (point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      zoom(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else {
      view.x += now.x - before.x;
      view.y += now.y - before.y;
      show();
    }
    held.set(event.pointerId, now);
  });
  const release = (event) => {
    const pressed = held.delete(event.pointerId) && event.type === "pointerup" && moved < 4;
    if (held.size === 0) { svg.classList.remove("held"); }
    if (pressed) {
      const box = event.target.closest(".box");
      choose(box ? place(box) : -1);
    }
  };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("dblclick", (event) => {
    const box = event.target.closest(".box");
    if (box) { open(place(box)); }
  });
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const point = at(event);
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), point.x, point.y);
  }, { passive: false });

  // Keys: arrows go to the nearest table in that direction.
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const next = ([dx, dy]) => {
    if (chosen < 0) { return boxes.findIndex((box) => !box.classList.contains("miss")); }
    const here = middle(chosen);
    let best = -1, least = Infinity;
    boxes.forEach((box, index) => {
      const there = middle(index), x = there.x - here.x, y = there.y - here.y;
      const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (index === chosen || ahead <= 0 || box.classList.contains("miss")) { return; }
      if (ahead + 2 * aside < least) { least = ahead + 2 * aside; best = index; }
    });
    return best;
  };
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (arrows[event.key]) {
      const index = next(arrows[event.key]);
      if (index >= 0) { choose(index); center(index); }
    } else if (event.key === "Enter" && chosen >= 0) {
      open(chosen);
    } else if (event.key === "+" || event.key === "=") {
      zoom(1.25);
    } else if (event.key === "-") {
      zoom(0.8);
    } else if (event.key === "0") {
      fit();
    } else if (event.key === "Escape") {
      choose(-1);
    } else {
      return;
    }
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });

  byId("fit").addEventListener("click", fit);
  byId("closer").addEventListener("click", () => zoom(1.25));
  byId("farther").addEventListener("click", () => zoom(0.8));
  byId("tables").addEventListener("click", (event) => {
    const button = event.target.closest(".show");
    if (!button) { return; }
    const index = place(button.closest("article"));
    choose(index);
    center(index);
    byId("picture").scrollIntoView();
    svg.focus({ preventScroll: true });
  });
  const narrow = matchMedia("(max-width: 760px)");
  const fold = () => { byId("index").open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  byId("list").addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item) { return; }
    choose(place(item));
    center(place(item));
    if (narrow.matches) { byId("index").open = false; }
  });
  let wide = frame().width;
  addEventListener("resize", () => {
    if (frame().width !== wide) { wide = frame().width; if (chosen < 0) { fit(); } else { center(chosen); } }
  });
  fold();
  filter();
  fit();
})();
