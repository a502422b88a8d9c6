"use strict";
(() => {
  const all = (from, what) => [...from.querySelectorAll(what)];
  const make = (tag, text, into) => {
    const element = document.createElement(tag);
    element.textContent = text;
    into.append(element);
    return element;
  };

  // What is typed becomes text that cannot hide anything: see `is_hidden` in text.rs.
  const hidden = /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;
  const isLast = (c) => (c.codePointAt(0) & 0xfffe) === 0xfffe;
  const escape = (text, write) =>
    Array.from(text.replace(hidden, write), (c) => (isLast(c) ? write(c) : c)).join("");
  const short = (text) =>
    text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t");
  const units = (c) =>
    c.split("").map((u) => "\\u" + u.charCodeAt(0).toString(16).padStart(4, "0")).join("");
  const json = (text) => `"${escape(short(text), units)}"`;
  const rust = (text) => `"${escape(short(text), (c) => `\\u{${c.codePointAt(0).toString(16)}}`)}"`;
  const shell = (text) => `'${text.replace(/'/g, "'\\''")}'`;
  const percent = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
  const line = (text) => text.replace(/[\0-\x1f\x7f-\x9f]/g, "");
  const wellFormed = (text) =>
    text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (c) => (c.length > 1 ? c : "\ufffd"));
  const keywords = new Set(("as async await box break const continue crate do dyn else enum extern false fn for " +
    "gen if impl in let loop match mod move mut pub ref return self static struct super trait true try type " +
    "union unsafe use where while yield").split(" "));
  const snake = (text) => {
    const words = text.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const name = words.replace(/^-/, "").slice(0, 60).replace(/-+$/, "").replace(/-/g, "_") || "x";
    return keywords.has(name) ? name + "_" : /^\d/.test(name) ? "_" + name : name;
  };

  // Without a suffix, Rust takes an integer for an `i32`.
  const suffix = (number) =>
    !/^-?\d+$/.test(number) || BigInt.asIntN(32, BigInt(number)) === BigInt(number) ? "" : "_i64";

  // Values: a `Map` is an object, `{number}` a number as it is written.
  const write = (value, string, level) => {
    const inner = level === undefined ? undefined : level + 1;
    const newline = (n) => (n === undefined ? "" : "\n" + "  ".repeat(n));
    const list = (open, items, close) =>
      open + items.map((item) => newline(inner) + item).join(",") + (items.length ? newline(level) : "") + close;
    if (typeof value === "string") return string(value);
    if (Array.isArray(value)) return list("[", value.map((item) => write(item, string, inner)), "]");
    if (value instanceof Map) {
      const colon = inner === undefined ? ":" : ": ";
      return list("{", [...value].map(([k, v]) => string(k) + colon + write(v, string, inner)), "}");
    }
    if (value && value.number !== undefined) return value.number + (string === rust ? suffix(value.number) : "");
    return String(value);
  };
  const plain = (value) => (typeof value === "string" ? value : write(value, json));
  const argument = (value) => {
    if (value === null) return "None";
    const text = write(value, rust);
    return Array.isArray(value) || value instanceof Map ? `serde_json::from_value(serde_json::json!(${text}))?` : text;
  };
  class Source {
    constructor(text) { this.text = text; }
  }
  // Numbers as they are written, where the browser can tell.
  const parse = (text) =>
    revive(JSON.parse(text, (key, value, context) =>
      typeof value === "number" ? new Source((context && context.source) || String(value)) : value));
  const revive = (value) => {
    if (typeof value === "string") return wellFormed(value);
    if (value instanceof Source) {
      // What no integer type of Rust holds is written as a decimal number.
      const isWhole = /^-?\d+$/.test(value.text);
      const isHuge = isWhole && BigInt.asIntN(64, BigInt(value.text)) !== BigInt(value.text);
      return { number: value.text + (isHuge ? ".0" : "") };
    }
    if (Array.isArray(value)) return value.map(revive);
    if (value && typeof value === "object")
      return new Map(Object.entries(value).map(([k, v]) => [wellFormed(k), revive(v)]));
    return value;
  };

  // What a control holds: `undefined` if it is not sent; throws what is wrong with it.
  const read = (control) => {
    const text = wellFormed(control.value);
    const required = "required" in control.dataset;
    switch (control.dataset.input) {
      case "text":
        return text || required ? text : undefined;
      case "choice":
        return text ? parse(text) : undefined;
      case "integer": {
        const digits = text.trim();
        if (!digits) return required ? { number: "0" } : undefined;
        if (!/^[+-]?\d{1,19}$/.test(digits)) throw "Not sent: this is no whole number.";
        const number = BigInt(digits.replace("+", ""));
        if (BigInt.asIntN(64, number) !== number) throw "Not sent: this number is too large.";
        return { number: number.toString() };
      }
      case "number": {
        if (!text.trim()) return required ? { number: "0" } : undefined;
        const number = Number(text);
        if (!Number.isFinite(number)) throw "Not sent: this is no number.";
        return revive(new Source(String(number)));
      }
      default:
        if (!text.trim()) return required ? new Map() : undefined;
        try {
          return parse(text);
        } catch {
          throw "Not sent: this is no JSON.";
        }
    }
  };

  const collect = (fields) => {
    const request = { parameters: [], body: undefined };
    for (const control of all(fields, "[data-path]")) {
      const path = JSON.parse(control.dataset.path);
      if (control.rows) control.rows = Math.min(control.value.split("\n").length, 8);
      let value;
      let wrong = "";
      try {
        value = read(control);
      } catch (message) {
        wrong = String(message);
      }
      control.setAttribute("aria-invalid", wrong !== "");
      const note = control.nextElementSibling;
      if (note && note.textContent !== wrong) note.textContent = wrong;
      if (value === undefined) continue;
      if (control.dataset.place !== "body") {
        request.parameters.push([control.dataset.place, path[0], value]);
      } else if (path.length === 0) {
        request.body = value;
      } else {
        request.body = request.body || new Map();
        let into = request.body;
        for (const name of path.slice(0, -1)) {
          if (!into.has(name)) into.set(name, new Map());
          into = into.get(name);
        }
        into.set(path[path.length - 1], value);
      }
    }
    return request;
  };

  // The same as `Part::render` in sample.rs.
  const fill = (part, language, request) => {
    if (typeof part === "string") return part;
    const of = (place) => request.parameters.filter((parameter) => parameter[0] === place);
    switch (part.slot) {
      case "path": {
        const found = of("path").find(([, name]) => name === part.name);
        return percent((found && plain(found[2])) || part.name);
      }
      case "query": {
        const pairs = of("query").flatMap(([, name, value]) =>
          (Array.isArray(value) ? value : [value]).map((v) => `${percent(name)}=${percent(plain(v))}`));
        return pairs.length ? "?" + pairs.join("&") : "";
      }
      case "headers":
        return of("header").map(([, name, value]) => {
          const text = line(`${name}: ${plain(value)}`);
          return language === "curl" ? ` \\\n  --header ${shell(text)}` : text + "\n";
        }).join("");
      case "setters":
        return request.parameters.map(([, name, value]) => `\n        .${snake(name)}(${argument(value)})`).join("");
      case "body": {
        const body = request.body === undefined && part.required ? new Map() : request.body;
        if (body === undefined) return language === "http" ? "\n" : "";
        if (language === "rust") {
          const text = write(body, rust, 0).replace(/\n/g, "\n        ");
          return `\n        .body(serde_json::from_value::<vobiz_api::types::${part.rust}>(serde_json::json!(${text}))?)`;
        }
        const text = write(body, json, 0);
        if (language === "curl")
          return ` \\\n  --header ${shell("Content-Type: " + part.content)} \\\n  --data-raw ${shell(text)}`;
        const length = new TextEncoder().encode(text).length;
        return `Content-Type: ${part.content}\nContent-Length: ${length}\n\n${text}`;
      }
      default: {
        const body = request.body || new Map();
        const first = body.has(part.first) ? argument(body.get(part.first)) : rust("");
        const always = new Map(Object.entries(part.always));
        const setters = [...body].filter(([name, value]) => name !== part.first && always.get(name) !== value);
        const entries = new Map(Object.entries(part.entries));
        return `${part.request}::new(${first})` + setters.map(([name, value]) =>
          entries.has(name) && value instanceof Map
            ? [...value].map(([k, v]) => `\n        .${entries.get(name)}(${rust(k)}, ${argument(v)})`).join("")
            : `\n        .${snake(name)}(${argument(value)})`).join("");
      }
    }
  };

  for (const section of all(document, "[data-compose]")) {
    const fields = section.querySelector("fieldset");
    if (!fields) continue;
    const compose = () => {
      const request = collect(fields);
      for (const code of all(section, "[data-parts]")) {
        const { language, parts } = code.dataset;
        code.textContent = JSON.parse(parts).map((part) => fill(part, language, request)).join("");
      }
    };
    for (const control of all(fields, "[data-path]")) {
      const note = make("p", "", control.parentElement);
      note.className = "wrong";
      note.id = control.id + "-wrong";
      note.setAttribute("role", "status");
      control.setAttribute("aria-describedby", note.id);
    }
    fields.addEventListener("input", compose);
    fields.addEventListener("change", compose);
    compose();
    fields.hidden = false;
  }

  for (const caption of all(document, "figcaption")) {
    const code = caption.parentElement.querySelector("code");
    const label = caption.textContent;
    const button = make("button", "Copy", caption);
    button.type = "button";
    button.setAttribute("aria-label", "Copy: " + label);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  const search = document.getElementById("search");
  const [status, found] = [search.nextElementSibling, search.parentElement.querySelector("ul")];
  const entries = all(document, "main article[id], main section[id], .props > div[id]").map((element) => {
    const isProperty = element.localName === "div";
    const heading = element.querySelector(isProperty ? "dt a" : "h2, h3, h4, h5");
    const above = element.parentElement.closest(".response, article > section[id], main > section[id]");
    const text = isProperty ? element.querySelector("dt").textContent + all(element, ":scope > dd > p").map((p) => p.textContent).join(" ")
      : heading.textContent;
    const where = above && above.querySelector("h2, h3, h4, h5").textContent;
    return { id: element.id, title: heading.textContent, where, text: text.toLowerCase() };
  });
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.length ? entries.filter((entry) => words.every((word) => entry.text.includes(word))) : [];
    const byTitle = (entry) => (entry.title.toLowerCase().includes(words[0]) ? 0 : 1);
    hits.sort((a, b) => byTitle(a) - byTitle(b));
    found.replaceChildren();
    status.textContent = !words.length ? "" : hits.length === 1 ? "1 place" : `${hits.length} places`;
    for (const hit of hits.slice(0, 12)) {
      const link = make("a", hit.title + " ", make("li", "", found));
      link.href = "#" + hit.id;
      if (hit.where) make("small", hit.where, link);
    }
  });
  search.parentElement.hidden = false;
})();
