"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const clan = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const search = document.getElementById("search");
  const byName = new Map(clan.machines.map((machine) => [machine.name, machine]));

  // Everything is built of nodes: no text of the clan is ever taken for markup.
  const make = (name, attributes, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) {
      if (value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  };
  const link = (text, ...path) => make("a", { href: "#/" + path.map(encodeURIComponent).join("/") }, text);
  const dim = (text) => (text ? make("span", { class: "dim" }, text) : null);
  const place = (text) => (text ? make("span", { class: "place" }, text) : null);
  const joined = (nodes, between = ", ") => nodes.flatMap((node, at) => (at ? [between, node] : [node]));

  const machineLink = (name) => (byName.has(name) ? link(name, "machine", name) : make("span", {}, name));
  const computed = new Set(clan.tags.filter((tag) => tag.computed).map((tag) => tag.name));
  const tagLink = (name, isComputed = computed.has(name)) => {
    const node = link(isComputed ? name + "*" : name, "tag", name);
    node.className = isComputed ? "tag computed" : "tag";
    if (isComputed) node.title = "computed";
    return node;
  };
  const reason = (via) => (via.by === "name" ? "by name" : ["by tag ", tagLink(via.tag)]);
  const reasons = (member) => joined(member.via.map(reason));
  const id = (instance) => String(clan.instances.indexOf(instance));
  const instanceLink = (instance) => link(instance.name, "instance", id(instance));

  // What a machine fills: [instance, role, member].
  const filled = new Map();
  for (const instance of clan.instances) {
    for (const role of instance.roles) {
      for (const member of role.members) {
        if (!filled.has(member.machine)) filled.set(member.machine, []);
        if (instance.enabled) filled.get(member.machine).push([instance, role, member]);
      }
    }
  }

  const table = (columns, rows) =>
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, columns.map((column) => make("th", { scope: "col" }, column)))),
      make(
        "tbody",
        {},
        rows.map((cells) => make("tr", {}, cells.map((cell, at) => make("td", { "data-label": columns[at] }, cell)))),
      ),
    );

  const views = {
    machines: () =>
      table(
        ["Machine", "Class", "Tags", "Roles"],
        clan.machines.map((machine) => [
          [link(machine.name, "machine", machine.name), machine.description ? [make("br"), dim(machine.description)] : null],
          machine.class,
          machine.tags.map((tag) => [tagLink(tag.name, tag.computed), " "]),
          (filled.get(machine.name) ?? []).map(([instance, role]) => [
            make("span", { class: "role" }, link(instance.instance + "." + role.name, "member", id(instance), role.name, machine.name)),
            " ",
          ]),
        ]),
      ),
    tags: () =>
      table(
        ["Tag", "Machines", "Taken by"],
        clan.tags.map((tag) => [
          tagLink(tag.name, tag.computed),
          tag.machines.length ? joined(tag.machines.map(machineLink)) : dim("nobody"),
          joined(takers(tag.name).map(([instance, role]) => link(instance.instance + "." + role.name, "instance", id(instance)))),
        ]),
      ),
    instances: () =>
      table(
        ["Instance", "Role", "Members"],
        clan.instances.flatMap((instance) =>
          instance.roles.map((role, at) => [
            at ? "" : [instanceLink(instance), instance.enabled ? null : dim(" disabled")],
            role.name,
            members(instance, role),
          ]),
        ),
      ),
    matrix: () => {
      const columns = clan.instances.filter((each) => each.enabled).flatMap((instance) => instance.roles.map((role, at) => [instance, role, at === 0]));
      const row = (machine) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, machineLink(machine.name)),
          columns.map(([instance, role, first]) => {
            const member = role.members.find((each) => each.machine === machine.name);
            const cell = make("td", { class: first ? "first" : null });
            if (member) {
              const how = member.via.map((via) => (via.by === "name" ? "by name" : "by tag " + via.tag)).join(", ");
              const there = link(member.via.every((via) => via.by === "name") ? "○" : "●", "member", id(instance), role.name, machine.name);
              there.title = machine.name + " is " + role.name + " of " + instance.instance + ": " + how;
              there.setAttribute("aria-label", there.title);
              cell.append(there);
            }
            return cell;
          }),
        );
      const head = columns.map(([instance, role, first]) =>
        make("th", { scope: "col", class: first ? "first" : null }, make("span", {}, instance.instance + " · " + role.name)),
      );
      return [
        make("p", { class: "dim" }, "● by a tag   ○ by name alone"),
        make(
          "div",
          { class: "scroll", tabindex: "0", role: "region", "aria-label": "Who fills which role" },
          make("table", { class: "matrix" }, make("thead", {}, make("tr", {}, make("td"), head)), make("tbody", {}, clan.machines.map(row))),
        ),
      ];
    },
    findings: () =>
      clan.findings.length
        ? clan.findings.map((finding) =>
            make(
              "details",
              { class: "finding " + finding.severity, open: finding.severity === "note" ? null : "" },
              make("summary", {}, make("span", { class: "severity" }, finding.severity), " ", make("code", {}, finding.code), " ", finding.message),
              make("pre", { tabindex: "0" }, finding.text),
            ),
          )
        : make("p", {}, "Nothing was found wrong."),
  };

  const takers = (tag) =>
    clan.instances.flatMap((instance) =>
      instance.roles
        .filter((role) => role.members.some((member) => member.via.some((via) => via.tag === tag)))
        .map((role) => [instance, role]),
    );

  const members = (instance, role) => {
    const groups = new Map();
    for (const member of role.members) {
      const key = JSON.stringify(member.via);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(member);
    }
    const lines = [...groups.values()].map((group) => [
      joined(group.map((member) => (instance.enabled ? link(member.machine, "member", id(instance), role.name, member.machine) : member.machine))),
      " ",
      make("span", { class: "dim" }, reasons(group[0])),
    ]);
    if (role.perhaps) lines.push(dim("perhaps others: " + role.perhaps));
    return lines.length ? joined(lines, make("br")).map((node) => (node.tagName === "BR" ? make("br") : node)) : dim("nobody");
  };

  const facts = (pairs) =>
    make("dl", {}, pairs.filter(([, value]) => value && value.length !== 0).map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));

  const settings = (list) =>
    list.length
      ? table(
          ["Setting", "Value", "From"],
          list.map((setting) => [
            make("code", {}, setting.path),
            make("code", {}, setting.value),
            joined(
              setting.said.map((said) => [
                make("span", { class: setting.said.length > 1 ? (said.wins ? "winner" : "yields") : "dim" }, said.layer),
                setting.said.length > 1 ? [" ", make("code", { class: said.wins ? null : "yields" }, said.value)] : null,
                { 50: " mkForce", 1000: " mkDefault" }[said.priority] ?? "",
                " ",
                place(said.place),
              ]),
              "\n",
            ).map((node) => (node === "\n" ? make("br") : node)),
          ]),
        )
      : make("p", { class: "dim" }, "No settings.");

  const pages = {
    machine: (name) => {
      const machine = byName.get(name);
      if (!machine) return missing("machine", name);
      return [
        make("h2", {}, machine.name),
        facts([
          ["class", machine.class],
          ["about", machine.description],
          ["target", machine.target && make("code", {}, machine.target)],
          ["defined", machine.place ? place(machine.place) : machine.sources.join(", ")],
          ["tags", machine.tags.map((tag) => [tagLink(tag.name, tag.computed), " "])],
          ["perhaps more tags", machine.perhaps],
        ]),
        (filled.get(name) ?? []).map(([instance, role, member]) => [
          make("h3", {}, link(role.name, "member", id(instance), role.name, name), " of ", instanceLink(instance), " ", make("span", { class: "dim" }, reasons(member))),
          settings(member.settings),
        ]),
        filled.get(name)?.length ? null : make("p", { class: "dim" }, "Fills no role."),
      ];
    },
    tag: (name) => {
      const tag = clan.tags.find((each) => each.name === name);
      if (!tag) return missing("tag", name);
      return [
        make("h2", {}, "Tag ", name),
        facts([
          ["", tag.computed ? "computed by clan, or by inventory.tags" : null],
          ["machines", tag.machines.length ? joined(tag.machines.map(machineLink)) : "nobody"],
          ["taken by", joined(takers(name).map(([instance, role]) => [role.name, " of ", instanceLink(instance)]))],
        ]),
      ];
    },
    instance: (number) => {
      const instance = clan.instances[Number(number)];
      if (!instance) return missing("instance", number);
      return [
        make("h2", {}, instance.name),
        facts([
          ["service", instance.service + (instance.input ? " of " + instance.input : "")],
          ["defined", place(instance.place)],
          ["", instance.enabled ? null : "disabled"],
        ]),
        instance.roles.map((role) => [make("h3", {}, role.name, " ", place(role.place)), make("p", {}, members(instance, role))]),
      ];
    },
    member: (number, roleName, name) => {
      const instance = clan.instances[Number(number)];
      const role = instance?.roles.find((each) => each.name === roleName);
      const member = role?.members.find((each) => each.machine === name);
      if (!member) return missing("member", name ?? "");
      return [
        make("h2", {}, machineLink(name), " is ", role.name, " of ", instanceLink(instance)),
        make("ul", {}, member.via.map((via, at) => make("li", {}, reason(via), " ", place(member.places[at])))),
        instance.shared ? make("p", { class: "dim" }, "The settings of all instances of " + instance.service + " on this machine are merged:") : null,
        settings(member.settings),
      ];
    },
  };

  const missing = (what, name) => make("p", {}, "There is no " + what + " " + name + ".");

  const titles = { machines: "Machines", tags: "Tags", instances: "Instances", matrix: "Matrix", findings: "Findings" };
  const numbers = { machines: clan.machines.length, tags: clan.tags.length, instances: clan.instances.length, findings: clan.findings.length };
  const nav = document.querySelector("nav");
  for (const [view, title] of Object.entries(titles)) {
    const entry = link(title, view);
    entry.dataset.view = view;
    if (view in numbers) entry.append(make("span", { class: "number" }, String(numbers[view])));
    nav.append(entry);
  }
  document.querySelector("h1").append(link(clan.name ?? "A clan without a name", "machines"));
  document.querySelector("footer").append(
    clan.description ? clan.description + " · " : "",
    "read as clan-core of " + clan.dialect + " · * computed tag · by clan-inventory",
    clan.perhaps ? " · perhaps more machines: " + clan.perhaps : "",
  );

  // #/view/part/part?words
  const where = () => {
    const [path, words] = location.hash.replace(/^#\/?/, "").split("?");
    const decode = (part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    };
    return { parts: path.split("/").map(decode), words: decode(words ?? "") };
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const items = main.querySelectorAll("tbody tr, details.finding");
    let shown = 0;
    for (const item of items) {
      item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
      shown += item.hidden ? 0 : 1;
    }
    main.querySelector(".nothing")?.remove();
    if (items.length && !shown) main.append(make("p", { class: "nothing dim" }, "Nothing here has these words."));
  };

  const draw = () => {
    const { parts, words } = where();
    const [name, ...rest] = parts;
    const page = pages[name];
    const view = page ? null : name in views ? name : "machines";
    main.replaceChildren(...[page ? page(...rest) : views[view]()].flat(9).filter(Boolean));
    for (const entry of nav.children) {
      const isHere = entry.dataset.view === (view ?? { machine: "machines", tag: "tags", instance: "instances" }[name]);
      if (isHere) entry.setAttribute("aria-current", "page");
      else entry.removeAttribute("aria-current");
    }
    if (search.value !== words && document.activeElement !== search) search.value = words;
    filter();
  };

  search.addEventListener("input", () => {
    const path = location.hash.split("?")[0] || "#/machines";
    history.replaceState(null, "", search.value ? path + "?" + encodeURIComponent(search.value) : path);
    filter();
  });
  window.addEventListener("hashchange", () => {
    search.value = where().words;
    draw();
    window.scrollTo(0, 0);
    if (document.activeElement !== search) main.focus({ preventScroll: true });
  });

  // Keys: / searches, Escape ends that, the arrows go from entry to entry, 1 to 5 open the views.
  const entries = () => [...main.querySelectorAll("tbody tr:not([hidden]) td:first-child a, tbody tr:not([hidden]) th a, details:not([hidden]) > summary")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = document.activeElement === search;
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && isTyping) {
      search.value = "";
      search.dispatchEvent(new Event("input"));
      main.focus({ preventScroll: true });
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = entries();
      const at = all.indexOf(document.activeElement);
      const next = event.key === "ArrowDown" ? at + 1 : at - 1;
      if (next < 0 && at === 0) search.focus();
      else if (all[next]) all[next].focus();
      else return;
      event.preventDefault();
    } else if (!isTyping && /^[1-5]$/.test(event.key)) {
      location.hash = "#/" + Object.keys(titles)[Number(event.key) - 1];
    }
  });
  draw();
});
