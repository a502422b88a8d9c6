//! What a change of an operation means: paths, parameters, bodies, statuses, security, servers.

use std::collections::BTreeSet;

use crate::lint::template_shape;
use crate::yaml::{Node, NodeKind};

use super::schemas::Use;
use super::view::View;
use super::{Comparison, Direction, Place, Verdict};

use Verdict::{Breaking, Compatible, None as Same};

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation and where it is reached.
#[derive(Clone, Debug)]
struct Operation<'a> {
    path: &'a str,
    method: &'static str,
    view: View<'a>,
    /// Its own parameters and those of its path item that it does not override.
    parameters: Vec<Parameter<'a>>,
}

#[derive(Clone, Debug)]
struct Parameter<'a> {
    name: &'a str,
    place: &'a str,
    view: View<'a>,
}

impl<'a> Operation<'a> {
    fn id(&self) -> String {
        self.view.text("operationId").map_or_else(
            || format!("{} {}", self.method.to_uppercase(), self.path),
            ToOwned::to_owned,
        )
    }

    fn same_request(&self, other: &Operation<'_>) -> bool {
        self.method == other.method && template_shape(self.path) == template_shape(other.path)
    }

    /// The parameter in the same role: path parameters are told apart by where they stand.
    fn counterpart(&self, of: &Self, parameter: &Parameter<'a>) -> Option<&Parameter<'a>> {
        if parameter.place == "path" {
            let index = names(of.path).position(|name| name == parameter.name)?;
            let name = names(self.path).nth(index)?;
            return self.parameter("path", name);
        }
        self.parameter(parameter.place, parameter.name)
    }

    fn parameter(&self, place: &str, name: &str) -> Option<&Parameter<'a>> {
        self.parameters.iter().find(|other| {
            other.place == place
                && (other.name == name
                    || (place == "header" && other.name.eq_ignore_ascii_case(name)))
        })
    }
}

/// The names in the braces of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

fn operations<'a>(root: &View<'a>) -> Vec<Operation<'a>> {
    let mut operations = Vec::new();
    let Some(paths) = root.get("paths") else {
        return operations;
    };
    for (path, item) in paths.entries() {
        for method in METHODS {
            if let Some(view) = item.get(method) {
                let mut parameters = parameters(&view);
                for shared in self::parameters(&item) {
                    let overridden = parameters
                        .iter()
                        .any(|own| own.name == shared.name && own.place == shared.place);
                    if !overridden {
                        parameters.push(shared);
                    }
                }
                operations.push(Operation {
                    path,
                    method,
                    view,
                    parameters,
                });
            }
        }
    }
    operations
}

fn parameters<'a>(owner: &View<'a>) -> Vec<Parameter<'a>> {
    owner
        .items("parameters")
        .iter()
        .filter_map(|view| {
            let view = view.resolved();
            Some(Parameter {
                name: view.text("name")?,
                place: view.text("in")?,
                view,
            })
        })
        .collect()
}

impl<'a> Comparison<'a> {
    pub(super) fn documents(&mut self) {
        let (base, new) = (View::root(self.base), View::root(self.new));
        self.servers(&base, &new);
        self.security_constants(&base, &new);
        let (before, mut after) = (operations(&base), operations(&new));
        let mut gone = Vec::new();
        let mut pairs = Vec::new();
        for operation in before {
            match after
                .iter()
                .position(|other| other.same_request(&operation))
            {
                Some(index) => pairs.push((operation, after.remove(index))),
                None => gone.push(operation),
            }
        }
        gone.retain(|operation| {
            let id = operation.view.text("operationId");
            let moved = after
                .iter()
                .position(|other| id.is_some() && other.view.text("operationId") == id);
            if let Some(index) = moved {
                pairs.push((operation.clone(), after.remove(index)));
            }
            moved.is_none()
        });
        for (old, now) in pairs {
            self.operation = now.id();
            self.operation_pair(&old, &now);
        }
        for operation in gone {
            self.operation = operation.id();
            let message = format!(
                "clients that call {} {} will be refused",
                operation.method.to_uppercase(),
                operation.path
            );
            self.change(
                "operation-removed",
                (Breaking, Breaking),
                &Place::Base(&operation.view),
                message,
            );
        }
        for operation in after {
            self.operation = operation.id();
            let message = format!(
                "clients can call {} {}",
                operation.method.to_uppercase(),
                operation.path
            );
            self.change(
                "operation-added",
                (Compatible, Compatible),
                &Place::New(&operation.view),
                message,
            );
            self.note_used(&operation.view);
        }
        self.operation.clear();
        self.component_schemas();
    }

    /// Components that only a new operation uses come with it.
    fn note_used(&mut self, view: &View<'a>) {
        let mut open = vec![view.node];
        let mut seen = BTreeSet::new();
        while let Some(node) = open.pop() {
            if let Some(target) = node.get("$ref").and_then(Node::as_str)
                && let Some(pointer) = target.strip_prefix('#')
                && seen.insert(pointer)
            {
                let in_base = self.base.node_at(pointer).is_some();
                if !in_base {
                    self.paired.insert((String::new(), pointer.to_owned()));
                }
                open.extend(view.document.node_at(pointer));
            }
            open.extend(node.entries().iter().map(|entry| &entry.value));
            open.extend(node.items());
        }
    }

    fn operation_pair(&mut self, old: &Operation<'a>, now: &Operation<'a>) {
        let place = Place::New(&now.view);
        if template_shape(old.path) != template_shape(now.path) {
            let message = format!(
                "clients that call `{}` will not find it: it is at `{}`",
                old.path, now.path
            );
            self.change("path-changed", (Breaking, Same), &place, message);
        }
        if old.method != now.method {
            let message = format!(
                "clients that send {} will be refused: it is {}",
                old.method.to_uppercase(),
                now.method.to_uppercase()
            );
            self.change("method-changed", (Breaking, Same), &place, message);
        }
        let id = |operation: &Operation<'a>| operation.view.text("operationId").unwrap_or_default();
        if id(old) != id(now) {
            let at = now
                .view
                .get("operationId")
                .unwrap_or_else(|| now.view.clone());
            let message = format!("the method `{}` is called `{}`", id(old), id(now));
            self.change(
                "operation-id-changed",
                (Same, Breaking),
                &Place::New(&at),
                message,
            );
        }
        self.parameters(old, now);
        self.request_body(old, now);
        self.responses(old, now);
        self.security(old, now);
    }

    fn parameters(&mut self, old: &Operation<'a>, now: &Operation<'a>) {
        let mut gone: Vec<&Parameter<'a>> = Vec::new();
        for before in &old.parameters {
            match now.counterpart(old, before) {
                Some(after) => self.parameter(old, before, after),
                None => gone.push(before),
            }
        }
        let mut added: Vec<&Parameter<'a>> = now
            .parameters
            .iter()
            .filter(|after| old.counterpart(now, after).is_none())
            .collect();
        for before in gone {
            // The same name in another place: it moved.
            let moved = added.iter().position(|after| after.name == before.name);
            if let Some(index) = moved {
                let after = added.remove(index);
                let message = format!(
                    "clients send `{}` in the {}; it belongs into the {}",
                    before.name, before.place, after.place
                );
                let at = after.view.get("in").unwrap_or_else(|| after.view.clone());
                self.change(
                    "parameter-moved",
                    (Breaking, Same),
                    &Place::New(&at),
                    message,
                );
                self.parameter(old, before, after);
                continue;
            }
            let name = before.name;
            // A path without it is another path, which is told by itself.
            let message = format!(
                "the {} parameter `{name}` has no effect any more",
                before.place
            );
            self.change(
                "parameter-removed",
                (Compatible, Breaking),
                &Place::Base(&before.view),
                message,
            );
        }
        for after in added {
            let name = after.name;
            let (verdicts, message) = if after.view.flag("required") {
                (
                    (Breaking, Breaking),
                    format!("clients that do not send `{name}` will be refused"),
                )
            } else {
                (
                    (Compatible, Compatible),
                    format!("clients can send `{name}`"),
                )
            };
            self.change(
                "parameter-added",
                verdicts,
                &Place::New(&after.view),
                message,
            );
        }
    }

    fn parameter(&mut self, old: &Operation<'a>, before: &Parameter<'a>, after: &Parameter<'a>) {
        if before.name != after.name && !before.name.eq_ignore_ascii_case(after.name) {
            let at = after.view.get("name").unwrap_or_else(|| after.view.clone());
            let message = format!("the parameter `{}` is called `{}`", before.name, after.name);
            self.change(
                "parameter-renamed",
                (Same, Breaking),
                &Place::New(&at),
                message,
            );
        }
        let (was, is) = (before.view.flag("required"), after.view.flag("required"));
        if was != is {
            let at = after
                .view
                .get("required")
                .unwrap_or_else(|| after.view.clone());
            let name = after.name;
            if is {
                let message = format!("clients that do not send `{name}` will be refused");
                self.change(
                    "parameter-required",
                    (Breaking, Breaking),
                    &Place::New(&at),
                    message,
                );
            } else {
                let message = format!("clients can leave `{name}` out");
                self.change(
                    "parameter-optional",
                    (Compatible, Compatible),
                    &Place::New(&at),
                    message,
                );
            }
        }
        let style = |parameter: &Parameter<'a>| {
            let default = match parameter.place {
                "query" | "cookie" => "form",
                _ => "simple",
            };
            let style = parameter.view.text("style").unwrap_or(default);
            let explode = match parameter.view.node.get("explode").map(|node| &node.kind) {
                Some(NodeKind::Bool(explode)) => *explode,
                _ => style == "form",
            };
            (style, explode)
        };
        let composite = |parameter: &Parameter<'a>| {
            let kind = parameter.view.get("schema");
            kind.is_some_and(|schema| {
                matches!(
                    super::view::Schema::of(&schema).kind,
                    Some("array" | "object")
                )
            })
        };
        if style(before) != style(after) && (composite(before) || composite(after)) {
            let message = format!("clients write `{}` in the old style", after.name);
            self.change(
                "parameter-style-changed",
                (Breaking, Same),
                &Place::New(&after.view),
                message,
            );
        }
        if let (Some(from), Some(to)) = (before.view.get("schema"), after.view.get("schema")) {
            let usage = Use {
                direction: Direction::Request,
                typed: true,
                what: format!("`{}`", after.name),
                suggested: format!("{}-{}", old.id(), before.name),
                optional: false,
            };
            self.schemas(&from, &to, &usage);
        }
    }

    fn request_body(&mut self, old: &Operation<'a>, now: &Operation<'a>) {
        let body = |operation: &Operation<'a>| {
            operation
                .view
                .get("requestBody")
                .map(|view| view.resolved())
        };
        let (before, after) = match (body(old), body(now)) {
            (Some(before), Some(after)) => (before, after),
            (Some(before), None) => {
                self.change(
                    "request-body-removed",
                    (Compatible, Breaking),
                    &Place::Base(&before),
                    "the request has no body any more",
                );
                return;
            }
            (None, Some(after)) => {
                let (verdicts, message) = if after.flag("required") {
                    (
                        (Breaking, Breaking),
                        "clients that do not send a body will be refused",
                    )
                } else {
                    ((Compatible, Compatible), "clients can send a body")
                };
                self.change("request-body-added", verdicts, &Place::New(&after), message);
                return;
            }
            (None, None) => return,
        };
        // A generated request has its body either way.
        match (before.flag("required"), after.flag("required")) {
            (false, true) => self.change(
                "request-body-required",
                (Breaking, Same),
                &Place::New(&after),
                "clients that do not send a body will be refused",
            ),
            (true, false) => self.change(
                "request-body-optional",
                (Compatible, Same),
                &Place::New(&after),
                "clients can leave the body out",
            ),
            _ => {}
        }
        let usage = Use {
            direction: Direction::Request,
            typed: true,
            what: "the request body".into(),
            suggested: format!("{}-body", old.id()),
            optional: false,
        };
        self.content(&before, &after, &usage);
    }

    /// Compares media types; JSON is what clients ask for and what is typed.
    fn content(&mut self, before: &View<'a>, after: &View<'a>, usage: &Use) {
        let content = |view: &View<'a>| -> Vec<(&'a str, View<'a>)> {
            view.get("content")
                .map(|view| view.entries().collect())
                .unwrap_or_default()
        };
        let (old, mut now) = (content(before), content(after));
        let rust = |verdict: Verdict| if usage.typed { verdict } else { Same };
        if old.is_empty() && now.is_empty() {
            return;
        }
        if old.is_empty() {
            let message = format!("{} can be read", usage.what);
            let verdicts = (Compatible, rust(Breaking));
            self.change("content-added", verdicts, &Place::New(after), message);
            return;
        }
        if now.is_empty() {
            let message = format!("clients that read {} find nothing", usage.what);
            let verdicts = (Breaking, rust(Breaking));
            self.change("content-removed", verdicts, &Place::Base(before), message);
            return;
        }
        let mut gone = Vec::new();
        for (name, view) in old {
            match now
                .iter()
                .position(|(other, _)| same_media_type(name, other))
            {
                Some(index) => {
                    let (_, other) = now.remove(index);
                    if let (Some(from), Some(to)) = (view.get("schema"), other.get("schema")) {
                        self.schemas(&from, &to, usage);
                    }
                }
                None => gone.push((name, view)),
            }
        }
        for (name, view) in gone {
            let replaced = now.first().cloned();
            let message = match (&replaced, usage.direction) {
                (Some((other, _)), Direction::Request) => {
                    format!("clients that send `{name}` will be refused: it is `{other}`")
                }
                (Some((other, _)), _) => {
                    format!("clients that read `{name}` get `{other}`")
                }
                (None, Direction::Request) => {
                    format!("clients that send `{name}` will be refused")
                }
                (None, _) => format!("clients that read `{name}` do not get it any more"),
            };
            if let Some((other, after)) = replaced {
                now.remove(0);
                // A form is made of the same type as JSON, but never read.
                let typed = |name| {
                    media_kind(name) == "json"
                        || (media_kind(name) == "form" && usage.direction == Direction::Request)
                };
                let same_kind = typed(name) && typed(other);
                let verdict = if same_kind { Same } else { Breaking };
                self.change(
                    "content-type-changed",
                    (Breaking, rust(verdict)),
                    &Place::New(&after),
                    message,
                );
                if let (Some(from), Some(to)) = (view.get("schema"), after.get("schema"))
                    && same_kind
                {
                    self.schemas(&from, &to, usage);
                }
                continue;
            }
            let verdict = if media_kind(name) == "json" {
                Breaking
            } else {
                Same
            };
            self.change(
                "content-type-removed",
                (Breaking, rust(verdict)),
                &Place::Base(&view),
                message,
            );
        }
        for (name, view) in now {
            let message = format!("{} can be `{name}`, too", usage.what);
            let verdicts = (Compatible, Same);
            self.change("content-type-added", verdicts, &Place::New(&view), message);
        }
    }

    fn responses(&mut self, old: &Operation<'a>, now: &Operation<'a>) {
        let responses = |operation: &Operation<'a>| -> Vec<(&'a str, View<'a>)> {
            operation
                .view
                .get("responses")
                .map(|view| view.entries().collect())
                .unwrap_or_default()
        };
        let (before, after) = (responses(old), responses(now));
        let mut success_compared = false;
        for (status, view) in &before {
            if let Some((_, other)) = after.iter().find(|(other, _)| other == status) {
                success_compared |= is_success(status);
                self.response(old, status, (view, other));
                continue;
            }
            let message = match after.iter().find(|(other, _)| covers(other, status)) {
                Some((class, _)) => format!("`{status}` is one of `{class}`"),
                None if status.ends_with("XX") || *status == "default" => {
                    format!("the answer `{status}` is not described any more")
                }
                None => format!("the answer is never `{status}`"),
            };
            self.change(
                "status-removed",
                (Compatible, Same),
                &Place::Base(view),
                message,
            );
        }
        for (status, view) in &after {
            if before.iter().any(|(other, _)| other == status) {
                continue;
            }
            let covering = before.iter().find(|(other, _)| covers(other, status));
            let (wire, message) = match covering {
                Some((class, _)) => (Compatible, format!("`{status}` was one of `{class}`")),
                None if is_success(status) => (
                    Breaking,
                    format!("clients take the success `{status}` for an unexpected answer"),
                ),
                None => (Compatible, format!("the answer can be `{status}`")),
            };
            self.change("status-added", (wire, Same), &Place::New(view), message);
            if let Some((class, old_view)) = covering {
                success_compared |= is_success(class);
                self.response(old, status, (old_view, view));
            }
        }
        // One type for all successes: if no status is left, compare what is returned.
        let first = |list: &[(&'a str, View<'a>)]| {
            list.iter()
                .find(|(status, _)| is_success(status))
                .map(|(_, view)| view.clone())
        };
        if !success_compared {
            match (first(&before), first(&after)) {
                (Some(from), Some(to)) => self.response(old, "200", (&from, &to)),
                (None, Some(to)) => self.change(
                    "success-added",
                    (Compatible, Breaking),
                    &Place::New(&to),
                    "the method returns what the success has",
                ),
                (Some(from), None) => self.change(
                    "success-removed",
                    (Breaking, Breaking),
                    &Place::Base(&from),
                    "no success is described any more",
                ),
                (None, None) => {}
            }
        }
    }

    fn response(
        &mut self,
        old: &Operation<'a>,
        status: &str,
        (before, after): (&View<'a>, &View<'a>),
    ) {
        let success = is_success(status);
        let usage = Use {
            direction: Direction::Response,
            typed: success,
            what: if success {
                "the answer".into()
            } else {
                format!("the answer `{status}`")
            },
            suggested: format!("{}-response", old.id()),
            optional: false,
        };
        self.content(&before.resolved(), &after.resolved(), &usage);
    }

    fn security(&mut self, old: &Operation<'a>, now: &Operation<'a>) {
        let (before, after) = (credentials(&old.view), credentials(&now.view));
        if before == after {
            return;
        }
        // Whoever could authenticate before must be able to with the same credentials.
        let refused = before
            .iter()
            .any(|held| !after.iter().any(|asked| asked.is_subset(held)));
        let place = self
            .changed_scheme(&now.view)
            .or_else(|| now.view.get("security"))
            .or_else(|| View::root(self.new).get("security"))
            .unwrap_or_else(|| now.view.clone());
        let shown = |alternatives: &[BTreeSet<String>]| {
            let parts: Vec<String> = alternatives
                .iter()
                .map(|alternative| match alternative.len() {
                    0 => "nothing".to_owned(),
                    _ => alternative
                        .iter()
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(" and "),
                })
                .collect();
            parts.join(", or ")
        };
        let (wire, message) = if refused {
            (
                Breaking,
                format!(
                    "clients that authenticate with {} will be refused: it takes {}",
                    shown(&before),
                    shown(&after)
                ),
            )
        } else {
            (
                Compatible,
                format!("clients can authenticate with {}", shown(&after)),
            )
        };
        self.change(
            "security-changed",
            (wire, Same),
            &Place::New(&place),
            message,
        );
    }

    /// Where a scheme that the operation asks for has another meaning than before.
    fn changed_scheme(&self, operation: &View<'a>) -> Option<View<'a>> {
        let scheme = |document, id: &str| {
            View::root(document)
                .get("components")?
                .get("securitySchemes")?
                .get(id)
                .map(|view| view.resolved())
        };
        let root = View::root(self.new);
        let holder = operation.get("security").map_or(&root, |_| operation);
        holder
            .items("security")
            .iter()
            .flat_map(|requirement| requirement.node.entries())
            .find_map(|entry| {
                let old = scheme(self.base, &entry.key)?;
                let now = scheme(self.new, &entry.key)?;
                (credential(&old) != credential(&now)).then(|| now.get("name").unwrap_or(now))
            })
    }

    /// Security schemes become constants of the crate, named after their ids.
    fn security_constants(&mut self, base: &View<'a>, new: &View<'a>) {
        let constants = |root: &View<'a>| -> Vec<(&'a str, View<'a>)> {
            let schemes = root
                .get("components")
                .and_then(|v| v.get("securitySchemes"));
            schemes
                .map(|view| view.entries().collect::<Vec<_>>())
                .unwrap_or_default()
                .into_iter()
                .filter(|(_, view)| {
                    let view = view.resolved();
                    view.text("type") == Some("apiKey") && view.text("in") == Some("header")
                })
                .collect()
        };
        let (before, after) = (constants(base), constants(new));
        let header = |view: &View<'a>| view.resolved().text("name").map(str::to_ascii_lowercase);
        for (id, view) in &after {
            // A new name is told with the operations that need it; one that moved from another
            // scheme is in none of their lists.
            let old = before.iter().find(|(other, _)| other == id);
            let moved = before
                .iter()
                .any(|(other, old)| other != id && header(old) == header(view));
            if moved && old.is_some_and(|(_, old)| header(old) != header(view)) {
                let name = header(view).unwrap_or_default();
                self.change(
                    "scheme-changed",
                    (Breaking, Same),
                    &Place::New(view),
                    format!(
                        "clients send another secret as `{name}` than `{id}` and will be refused"
                    ),
                );
            }
        }
        for (id, view) in &before {
            if !after.iter().any(|(other, _)| other == id) {
                let message = format!("there is no header constant for `{id}` any more");
                self.change(
                    "scheme-removed",
                    (Same, Breaking),
                    &Place::Base(view),
                    message,
                );
            }
        }
        for (id, view) in &after {
            if !before.iter().any(|(other, _)| other == id) {
                let message = format!("there is a header constant for `{id}`");
                self.change(
                    "scheme-added",
                    (Same, Compatible),
                    &Place::New(view),
                    message,
                );
            }
        }
    }

    fn servers(&mut self, base: &View<'a>, new: &View<'a>) {
        let urls = |root: &View<'a>| -> Vec<(&'a str, View<'a>)> {
            root.items("servers")
                .into_iter()
                .filter_map(|view| Some((view.text("url")?, view)))
                .collect()
        };
        let (before, after) = (urls(base), urls(new));
        let has =
            |list: &[(&str, View<'a>)], url: &str| list.iter().any(|(other, _)| *other == url);
        for (index, (url, view)) in before.iter().enumerate() {
            if !has(&after, url) {
                let (wire, message) = if index == 0 {
                    (Breaking, format!("clients keep calling `{url}`"))
                } else {
                    (
                        Breaking,
                        format!("clients that were told to call `{url}` will not find it"),
                    )
                };
                self.change("server-removed", (wire, Same), &Place::Base(view), message);
            }
        }
        for (url, view) in &after {
            if !has(&before, url) {
                let message = format!("clients can call `{url}`");
                self.change(
                    "server-added",
                    (Compatible, Same),
                    &Place::New(view),
                    message,
                );
            }
        }
        if let (Some((old, _)), Some((now, view))) = (before.first(), after.first())
            && old != now
            && has(&after, old)
            && has(&before, now)
        {
            let message = format!("new clients call `{now}` unless they are told otherwise");
            self.change(
                "server-order",
                (Compatible, Same),
                &Place::New(view),
                message,
            );
        }
    }
}

/// The alternatives of an operation, each as the credentials that it takes, in words that do not
/// depend on the names of schemes.
fn credentials(operation: &View<'_>) -> Vec<BTreeSet<String>> {
    let root = View::root(operation.document);
    let holder = if operation.get("security").is_some() {
        operation.clone()
    } else {
        root.clone()
    };
    let schemes = root
        .get("components")
        .and_then(|view| view.get("securitySchemes"));
    let mut alternatives: Vec<BTreeSet<String>> = holder
        .items("security")
        .iter()
        .map(|requirement| {
            requirement
                .node
                .entries()
                .iter()
                .flat_map(|entry| {
                    let scheme = schemes
                        .as_ref()
                        .and_then(|schemes| schemes.get(&entry.key))
                        .map(|view| view.resolved());
                    let what = scheme.map_or_else(|| entry.key.clone(), |s| credential(&s));
                    let scopes = entry.value.items().iter().filter_map(Node::as_str);
                    let mut all = vec![what.clone()];
                    all.extend(scopes.map(|scope| format!("{what} with `{scope}`")));
                    all
                })
                .collect()
        })
        .collect();
    if alternatives.is_empty() {
        alternatives.push(BTreeSet::new());
    }
    alternatives.sort();
    alternatives.dedup();
    alternatives
}

fn credential(scheme: &View<'_>) -> String {
    let text = |key| scheme.text(key).unwrap_or_default();
    match text("type") {
        "apiKey" => {
            let name = match text("in") {
                "header" => text("name").to_ascii_lowercase(),
                _ => text("name").to_owned(),
            };
            format!("the {} `{name}`", text("in"))
        }
        "http" => format!("HTTP {}", text("scheme").to_ascii_lowercase()),
        "openIdConnect" => format!("OpenID Connect of {}", text("openIdConnectUrl")),
        kind => kind.to_owned(),
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Whether the class `by`, or `default`, stands for `status`, too.
fn covers(by: &str, status: &str) -> bool {
    by != status
        && (by == "default" || (by.ends_with("XX") && by.as_bytes()[..1] == status.as_bytes()[..1]))
}

fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn same_media_type(a: &str, b: &str) -> bool {
    essence(a) == essence(b)
}

/// How a body of this media type is generated.
fn media_kind(media_type: &str) -> &'static str {
    match essence(media_type).as_str() {
        "application/json" => "json",
        "application/x-www-form-urlencoded" => "form",
        _ => "raw",
    }
}
