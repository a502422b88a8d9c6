//! What a change of a schema means, for a value that goes one way.

use serde_json::Value;

use crate::lint::pascal;

use super::view::{Additional, LIMITS, Schema, View};
use super::{Comparison, Direction, Place, Verdict};

use Verdict::{Breaking, Compatible, None as Same};

/// How a schema is used.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) direction: Direction,
    /// Whether a type is generated for it; bodies of errors have none of their own.
    pub(super) typed: bool,
    /// What messages call it.
    pub(super) what: String,
    /// What the generated type is named after if nothing else names it.
    pub(super) suggested: String,
    /// Whether null or absence makes it an `Option` already.
    pub(super) optional: bool,
}

impl Use {
    fn rust(&self, verdict: Verdict) -> Verdict {
        if self.typed { verdict } else { Same }
    }

    /// The verdict of a set of values that got smaller (`narrower`) or larger.
    fn of_values(&self, narrower: bool) -> Verdict {
        match (self.direction, narrower) {
            (Direction::Nowhere, _) => Same,
            (Direction::Request, true) => Breaking,
            _ => Compatible,
        }
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn schemas(&mut self, base: &View<'a>, new: &View<'a>, usage: &Use) {
        let (old, now) = (Schema::of(base), Schema::of(new));
        let mut usage = usage.clone();
        // Components are generated whoever uses them.
        usage.typed |= old.component.is_some() && now.component.is_some();
        let key = (
            old.at.pointer.clone(),
            now.at.pointer.clone(),
            usage.direction,
            usage.typed,
            format!("{} {}", self.operation, usage.optional),
        );
        self.note_pair(base, new);
        self.paired
            .insert((old.at.pointer.clone(), now.at.pointer.clone()));
        if !self.compared.insert(key) {
            return;
        }
        let renamed = self.names(&old, &now, &usage);
        if renamed {
            // The names of inner types follow; one change is told for all of them.
            usage.suggested = old.rust_name(&usage.suggested);
        } else {
            let own = now.rust_name(&usage.suggested);
            if !own.is_empty() {
                usage.suggested = own;
            }
        }
        if !self.types(&old, &now, &usage) {
            return;
        }
        self.nullability(&old, &now, &usage);
        self.formats(&old, &now, &usage);
        self.enums(&old, &now, &usage);
        self.limits(&old, &now, &usage);
        self.properties(&old, &now, &usage);
        self.additional(&old, &now, &usage);
        self.variants(&old, &now, &usage);
        if let (Some(old), Some(now)) = (&old.items, &now.items) {
            let inner = Use {
                what: format!("the items of {}", usage.what),
                suggested: format!("{}_item", usage.suggested),
                optional: false,
                ..usage.clone()
            };
            self.schemas(old, now, &inner);
        } else if old.items.is_some() != now.items.is_some() {
            let message = format!("the items of {} are of another type", usage.what);
            self.change(
                "items-changed",
                (Breaking, usage.rust(Breaking)),
                &Place::New(&now.at),
                message,
            );
        }
        self.defaults(&old, &now, &usage);
    }

    fn note_pair(&mut self, base: &View<'a>, new: &View<'a>) {
        self.paired
            .insert((base.resolved().pointer, new.resolved().pointer));
    }

    fn names(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) -> bool {
        let (before, after) = (
            old.rust_name(&usage.suggested),
            now.rust_name(&usage.suggested),
        );
        if before == after || !usage.typed {
            return false;
        }
        let shown = |name: &str, schema: &Schema<'_>| match name {
            "" => format!("plain {}", schema.rust_kind()),
            name => format!("`{name}`"),
        };
        let message = format!(
            "the Rust type of {} is {} instead of {}",
            usage.what,
            shown(&after, now),
            shown(&before, old)
        );
        let rust = usage.rust(Breaking);
        self.change("type-renamed", (Same, rust), &Place::New(&now.at), message);
        true
    }

    /// Tells a change of type; `false` if nothing else can be compared.
    fn types(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) -> bool {
        let (before, after) = (json_kind(old), json_kind(now));
        if before == after {
            return true;
        }
        let wire = match (before, after) {
            _ if usage.direction == Direction::Nowhere => Same,
            // A schema that says nothing takes everything.
            (_, ANYTHING) => usage.of_any(false),
            (ANYTHING, _) => usage.of_any(true),
            ("an integer", "a number") if usage.direction == Direction::Request => Compatible,
            ("a number", "an integer") if usage.direction == Direction::Response => Compatible,
            _ => Breaking,
        };
        let consequence = match (wire, usage.direction) {
            (Breaking, Direction::Request) => {
                format!(
                    "clients that send {before} as {} will be refused",
                    usage.what
                )
            }
            (Breaking, _) => format!(
                "clients that expect {before} in {} cannot read the answer",
                usage.what
            ),
            _ => format!("{} is {after} instead of {before}", usage.what),
        };
        let place = now.at.get("type").unwrap_or_else(|| now.at.clone());
        self.change(
            "type-changed",
            (wire, usage.rust(Breaking)),
            &Place::New(&place),
            consequence,
        );
        false
    }

    fn nullability(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        if old.nullable == now.nullable {
            return;
        }
        let wire = match (usage.direction, now.nullable) {
            (Direction::Nowhere, _) => Same,
            (Direction::Request, false) | (Direction::Response, true) => {
                // Our clients read null wherever a property may be absent.
                if usage.direction == Direction::Response && usage.optional {
                    Compatible
                } else {
                    Breaking
                }
            }
            _ => Compatible,
        };
        let rust = if usage.optional { Same } else { Breaking };
        let message = match (usage.direction, now.nullable) {
            (Direction::Request, false) => {
                format!("clients that send null as {} will be refused", usage.what)
            }
            (_, true) => format!("{} can be null", usage.what),
            (_, false) => format!("{} is never null", usage.what),
        };
        let kind = if now.nullable {
            "nullable-added"
        } else {
            "nullable-removed"
        };
        let place = now
            .outer
            .get("nullable")
            .unwrap_or_else(|| now.outer.clone());
        self.change(kind, (wire, usage.rust(rust)), &Place::New(&place), message);
    }

    fn formats(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        let (before, after) = (old.format(), now.format());
        if before == after {
            return;
        }
        // A mark for people and generators; the bytes are the same.
        let bare = |format: Option<&'a str>| format.filter(|format| *format != "password");
        let wire = match (bare(before), bare(after)) {
            (a, b) if a == b => Same,
            _ if usage.direction == Direction::Nowhere => Same,
            (a, b) if width(a).is_some() && width(b).is_some() => {
                usage.of_values(width(b) < width(a))
            }
            (None, Some(_)) => usage.of_values(true),
            (Some(_), None) if usage.direction == Direction::Request => Compatible,
            _ => Breaking,
        };
        let rust = if old.rust_kind() == now.rust_kind() {
            Same
        } else {
            Breaking
        };
        let shown = |format: Option<&str>| {
            format.map_or_else(|| "no format".to_owned(), |format| format!("`{format}`"))
        };
        let message = format!(
            "{} has {} instead of {}",
            usage.what,
            shown(after),
            shown(before)
        );
        let place = now.format.clone().unwrap_or_else(|| now.at.clone());
        self.change(
            "format-changed",
            (wire, usage.rust(rust)),
            &Place::New(&place),
            message,
        );
    }

    fn enums(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        let (before, after) = (old.enum_values(), now.enum_values());
        match (before, after) {
            (Some(before), Some(after)) => self.enum_values(old, now, &before, &after, usage),
            (None, Some(_)) => {
                let place = now.values.clone().unwrap_or_else(|| now.at.clone());
                let message = match usage.direction {
                    Direction::Request => format!(
                        "clients that send another value as {} will be refused",
                        usage.what
                    ),
                    _ => format!("{} has one of a list of values", usage.what),
                };
                self.change(
                    "enum-added",
                    (usage.of_values(true), usage.rust(Breaking)),
                    &Place::New(&place),
                    message,
                );
            }
            (Some(_), None) => {
                // Closed enums do not read what they do not know.
                let wire = match usage.direction {
                    Direction::Response if old.rust_kind() != "enum" => Breaking,
                    _ => usage.of_values(false),
                };
                let message = format!("{} can have any value", usage.what);
                self.change(
                    "enum-removed",
                    (wire, usage.rust(Breaking)),
                    &Place::New(&now.at),
                    message,
                );
            }
            (None, None) => {}
        }
    }

    fn enum_values(
        &mut self,
        old: &Schema<'a>,
        now: &Schema<'a>,
        before: &[Value],
        after: &[Value],
        usage: &Use,
    ) {
        let open = old.rust_kind() == "enum";
        let places = |schema: &Schema<'a>, value: &Value| {
            let list = schema.values.as_ref()?;
            let index = list
                .node
                .items()
                .iter()
                .position(|n| n.to_value() == *value)?;
            Some(View {
                document: list.document,
                node: &list.node.items()[index],
                pointer: format!("{}/{index}", list.pointer),
            })
        };
        for value in before.iter().filter(|value| !after.contains(value)) {
            let message = match usage.direction {
                Direction::Request => format!(
                    "clients that send {value} as {} will be refused",
                    usage.what
                ),
                _ => format!("{} is never {value}", usage.what),
            };
            let rust = if open { Breaking } else { Same };
            let place = places(old, value).unwrap_or_else(|| old.at.clone());
            self.change(
                "enum-value-removed",
                (usage.of_values(true), usage.rust(rust)),
                &Place::Base(&place),
                message,
            );
        }
        for value in after.iter().filter(|value| !before.contains(value)) {
            let wire = match usage.direction {
                Direction::Response if !open => Breaking,
                _ => usage.of_values(false),
            };
            let message = match (usage.direction, open) {
                (Direction::Response, true) => format!(
                    "{} can be {value}; clients that do not know it keep it as text",
                    usage.what
                ),
                (Direction::Response, false) => {
                    format!("clients do not read {value} as {}", usage.what)
                }
                _ => format!("{} can be {value}", usage.what),
            };
            let rust = if open { Compatible } else { Same };
            let place = places(now, value).unwrap_or_else(|| now.at.clone());
            self.change(
                "enum-value-added",
                (wire, usage.rust(rust)),
                &Place::New(&place),
                message,
            );
        }
    }

    /// Bounds are not generated: on the wire alone do they make a difference.
    fn limits(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        for key in LIMITS {
            let find = |schema: &Schema<'a>| {
                schema
                    .limits
                    .iter()
                    .find(|(known, _)| known == key)
                    .map(|(_, view)| view.clone())
            };
            let (before, after) = (find(old), find(now));
            let value = |view: &Option<View<'_>>| view.as_ref().map(|view| view.node.to_value());
            let (from, to) = (value(&before), value(&after));
            if from == to {
                continue;
            }
            let Some(narrower) = is_narrower(key, from.as_ref(), to.as_ref()) else {
                continue;
            };
            let shown = |value: &Option<Value>| {
                value
                    .as_ref()
                    .map_or_else(|| "nothing".to_owned(), Value::to_string)
            };
            let bounds = format!("`{key}` is {} instead of {}", shown(&to), shown(&from));
            let message = if narrower && usage.direction == Direction::Request {
                format!(
                    "clients whose {} is out of bounds will be refused: {bounds}",
                    bare(&usage.what)
                )
            } else {
                format!("{}: {bounds}", usage.what)
            };
            let place = match (&after, &before) {
                (Some(view), _) => Place::New(view),
                (None, Some(view)) => Place::Base(view),
                (None, None) => continue,
            };
            self.change(
                if narrower {
                    "bounds-narrowed"
                } else {
                    "bounds-widened"
                },
                (usage.of_values(narrower), Same),
                &place,
                message,
            );
        }
    }

    fn properties(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        for (name, before) in &old.properties {
            let Some(after) = now.property(name) else {
                self.property_removed(old, now, name, before, usage);
                continue;
            };
            self.property(old, now, name, (before, after), usage);
        }
        for (name, after) in &now.properties {
            if old.property(name).is_none() {
                self.property_added(old, now, name, after, usage);
            }
        }
    }

    fn property(
        &mut self,
        old: &Schema<'a>,
        now: &Schema<'a>,
        name: &str,
        (before, after): (&View<'a>, &View<'a>),
        usage: &Use,
    ) {
        let (was, is) = (old.required.contains(name), now.required.contains(name));
        let (old_inner, new_inner) = (Schema::of(before), Schema::of(after));
        let goes = travels(&new_inner, usage.direction) || travels(&old_inner, usage.direction);
        let direction = if goes {
            usage.direction
        } else {
            Direction::Nowhere
        };
        // `Option` in Rust: by absence, by null, or because anything includes null.
        let option = |required: bool, schema: &Schema<'_>| {
            schema.nullable || (!required && schema.rust_kind() != "any")
        };
        let same_option = option(was, &old_inner) == option(is, &new_inner);
        if was != is {
            let wire = match (direction, is) {
                (Direction::Nowhere, _) => Same,
                (Direction::Request, true) | (Direction::Response, false) => Breaking,
                _ => Compatible,
            };
            let rust = match (same_option, direction, is) {
                // It is an `Option` all along, but a request is not built without it.
                (true, Direction::Request, true) | (false, ..) => Breaking,
                (true, Direction::Request, false) => Compatible,
                (true, ..) => Same,
            };
            let message = match (direction, is) {
                (Direction::Request, true) => {
                    format!("clients that do not send `{name}` will be refused")
                }
                (Direction::Response, false) => {
                    format!("clients that rely on `{name}` may not find it in the answer")
                }
                (_, true) => format!("`{name}` is always there"),
                (_, false) => format!("`{name}` may be left out"),
            };
            let kind = if is {
                "property-required"
            } else {
                "property-optional"
            };
            self.change(kind, (wire, usage.rust(rust)), &Place::New(after), message);
        }
        let inner = Use {
            direction,
            typed: usage.typed,
            what: format!("`{name}`"),
            suggested: format!("{}_{name}", usage.suggested),
            // If requiredness changed the type, nullability need not tell it again.
            optional: (!was && !is) || (was != is && old_inner.nullable != new_inner.nullable),
        };
        self.schemas(before, after, &inner);
    }

    fn property_removed(
        &mut self,
        old: &Schema<'a>,
        now: &Schema<'a>,
        name: &str,
        before: &View<'a>,
        usage: &Use,
    ) {
        let inner = Schema::of(before);
        let required = old.required.contains(name);
        let (wire, message) = match usage.direction {
            _ if !travels(&inner, usage.direction) => (Same, format!("`{name}` is gone")),
            Direction::Nowhere => (Same, format!("`{name}` is gone")),
            Direction::Request if matches!(now.additional, Additional::Closed) => (
                Breaking,
                format!("clients that send `{name}` will be refused"),
            ),
            Direction::Request => (
                Compatible,
                format!("`{name}` has no effect any more; clients that send it are not refused"),
            ),
            Direction::Response if required => (
                Breaking,
                format!("clients that rely on `{name}` cannot read the answer"),
            ),
            Direction::Response => (
                Compatible,
                format!("`{name}` is never in the answer; clients had to live without it before"),
            ),
        };
        self.change(
            "property-removed",
            (wire, usage.rust(Breaking)),
            &Place::Base(before),
            message,
        );
    }

    fn property_added(
        &mut self,
        old: &Schema<'a>,
        now: &Schema<'a>,
        name: &str,
        after: &View<'a>,
        usage: &Use,
    ) {
        let inner = Schema::of(after);
        let required = now.required.contains(name);
        let becomes_struct = old.rust_kind() != now.rust_kind();
        let (wire, rust, message) = match usage.direction {
            Direction::Request if required && travels(&inner, usage.direction) => (
                Breaking,
                Breaking,
                format!("clients that do not send `{name}` will be refused"),
            ),
            Direction::Nowhere => (Same, Compatible, format!("`{name}` is new")),
            Direction::Request => (Compatible, Compatible, format!("clients can send `{name}`")),
            Direction::Response => (
                Compatible,
                Compatible,
                format!("the answer can have `{name}`"),
            ),
        };
        let rust = if becomes_struct { Breaking } else { rust };
        self.change(
            "property-added",
            (wire, usage.rust(rust)),
            &Place::New(after),
            message,
        );
    }

    fn additional(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        use Additional::{Closed, Of, Open, Unsaid};
        let keeps = |additional: &Additional<'_>| matches!(additional, Open | Of(_));
        let is_map = |schema: &Schema<'_>| schema.rust_kind() == "map";
        let wire = match (&old.additional, &now.additional) {
            (Of(before), Of(after)) => {
                let inner = Use {
                    what: format!("other properties of {}", usage.what),
                    suggested: format!("{}_extra", usage.suggested),
                    optional: false,
                    ..usage.clone()
                };
                return self.schemas(before, after, &inner);
            }
            (Closed, Closed) | (Open, Open) | (Unsaid, Unsaid) => return,
            (Open, Unsaid) | (Unsaid, Open) => Same,
            (_, Closed) => usage.of_values(true),
            (Closed, _) => usage.of_values(false),
            (_, Of(_)) => usage.of_any(true),
            (Of(_), _) => usage.of_any(false),
        };
        let rust = match (keeps(&old.additional), keeps(&now.additional)) {
            _ if matches!(old.additional, Of(_)) || matches!(now.additional, Of(_)) => Breaking,
            // Without properties it is a map either way.
            (a, b) if a == b || (is_map(old) && is_map(now)) => Same,
            (false, true) => Compatible,
            _ => Breaking,
        };
        let message = match (&now.additional, usage.direction) {
            (Closed, Direction::Request) => format!(
                "clients that send other properties in {} will be refused",
                usage.what
            ),
            (Closed, _) => format!("{} has no other properties", usage.what),
            (Unsaid, _) => format!("other properties of {} are not kept", usage.what),
            _ => format!("{} can have other properties", usage.what),
        };
        let place = now
            .at
            .get("additionalProperties")
            .unwrap_or_else(|| now.at.clone());
        self.change(
            "additional-properties-changed",
            (wire, usage.rust(rust)),
            &Place::New(&place),
            message,
        );
    }

    fn variants(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        let (Some((old_key, before)), Some((new_key, after))) = (&old.variants, &now.variants)
        else {
            if old.variants.is_some() != now.variants.is_some() {
                let narrower = now.variants.is_some();
                let message = format!("{} is one of other types", usage.what);
                self.change(
                    "variants-changed",
                    (usage.of_any(narrower), usage.rust(Breaking)),
                    &Place::New(&now.at),
                    message,
                );
            }
            return;
        };
        let mut left: Vec<&View<'a>> = after.iter().collect();
        let mut pairs = Vec::new();
        let mut gone = Vec::new();
        for view in before {
            let same = left.iter().position(|other| is_same_variant(view, other));
            match same {
                Some(index) => pairs.push((view, left.remove(index))),
                None => gone.push(view),
            }
        }
        // What is left of one kind in the same order is taken for the same variant, changed.
        while gone.len() == left.len() && !gone.is_empty() {
            pairs.push((gone.remove(0), left.remove(0)));
        }
        for (index, (before, after)) in pairs.iter().enumerate() {
            let inner = Use {
                what: format!("a variant of {}", usage.what),
                suggested: format!("{}_variant{index}", usage.suggested),
                optional: false,
                ..usage.clone()
            };
            self.schemas(before, after, &inner);
        }
        for view in gone {
            let wire = usage.of_values(true);
            let message = format!("{} is never of this variant", usage.what);
            self.change(
                "variant-removed",
                (wire, usage.rust(Breaking)),
                &Place::Base(view),
                message,
            );
        }
        for view in left {
            // Unions are closed: a client does not read a variant that it does not know.
            let wire = match usage.direction {
                Direction::Response => Breaking,
                _ => usage.of_values(false),
            };
            let message = format!("{} can be of another variant", usage.what);
            self.change(
                "variant-added",
                (wire, usage.rust(Compatible)),
                &Place::New(view),
                message,
            );
        }
        if old_key != new_key {
            let message = format!("{} combines its variants by `{new_key}`", usage.what);
            self.change(
                "variants-changed",
                (usage.of_any(*new_key == "oneOf"), Same),
                &Place::New(&now.at),
                message,
            );
        }
    }

    fn defaults(&mut self, old: &Schema<'a>, now: &Schema<'a>, usage: &Use) {
        let value = |view: &Option<View<'_>>| view.as_ref().map(|view| view.node.to_value());
        if value(&old.default) == value(&now.default) || usage.direction != Direction::Request {
            return;
        }
        let shown = value(&now.default).map_or_else(|| "nothing".to_owned(), |v| v.to_string());
        let message = format!("a server that gets no {} takes {shown}", bare(&usage.what));
        let place = match (&now.default, &old.default) {
            (Some(view), _) => Place::New(view),
            (None, Some(view)) => Place::Base(view),
            (None, None) => return,
        };
        self.change("default-changed", (Compatible, Same), &place, message);
    }

    /// Component schemas that no operation uses are generated all the same.
    pub(super) fn component_schemas(&mut self) {
        let schemas = |document| {
            View::root(document)
                .get("components")
                .and_then(|view| view.get("schemas"))
        };
        let (old, now) = (schemas(self.base), schemas(self.new));
        let entries = |view: &Option<View<'a>>| -> Vec<(&'a str, View<'a>)> {
            view.as_ref()
                .map(|v| v.entries().collect())
                .unwrap_or_default()
        };
        let (before, after) = (entries(&old), entries(&now));
        let paired = self.paired.clone();
        let was_compared = |pointer: &str, of_base: bool| {
            paired
                .iter()
                .any(|(a, b)| if of_base { a == pointer } else { b == pointer })
        };
        for (name, view) in &before {
            let same_type = after
                .iter()
                .find(|(other, _)| pascal(other) == pascal(name));
            if let Some((_, other)) = same_type {
                if !was_compared(&view.pointer, true) || !was_compared(&other.pointer, false) {
                    let usage = Use {
                        direction: Direction::Nowhere,
                        typed: true,
                        what: format!("`{name}`"),
                        suggested: (*name).to_owned(),
                        optional: false,
                    };
                    self.schemas(view, other, &usage);
                }
            } else if !was_compared(&view.pointer, true) {
                let message = format!("the type `{}` is gone", pascal(name));
                let verdicts = (Same, Breaking);
                self.change("type-removed", verdicts, &Place::Base(view), message);
            }
        }
        for (name, view) in &after {
            let known = before
                .iter()
                .any(|(other, _)| pascal(other) == pascal(name));
            if !known && !was_compared(&view.pointer, false) {
                let message = format!("there is a type `{}`", pascal(name));
                self.change("type-added", (Same, Compatible), &Place::New(view), message);
            }
        }
    }
}

impl Use {
    /// The verdict where one side is, or can be, of any type.
    fn of_any(&self, narrower: bool) -> Verdict {
        match (self.direction, narrower) {
            (Direction::Nowhere, _) => Same,
            (Direction::Request, true) | (Direction::Response, false) => Breaking,
            _ => Compatible,
        }
    }
}

fn bare(what: &str) -> &str {
    what.trim_start_matches("the ")
}

/// Whether a property goes this way at all.
fn travels(schema: &Schema<'_>, direction: Direction) -> bool {
    match direction {
        Direction::Request => !schema.read_only,
        Direction::Response => !schema.write_only,
        Direction::Nowhere => true,
    }
}

/// What a schema without a type takes.
const ANYTHING: &str = "anything";

fn json_kind(schema: &Schema<'_>) -> &'static str {
    match schema.kind {
        Some("string") => "a text",
        Some("integer") => "an integer",
        Some("number") => "a number",
        Some("boolean") => "a boolean",
        Some("array") => "a list",
        Some("object") => "an object",
        _ if schema.variants.is_some() => "one of several types",
        _ if !schema.properties.is_empty() => "an object",
        _ if schema.items.is_some() => "a list",
        _ => match schema.enum_values().as_deref() {
            Some([Value::String(_), ..]) => "a text",
            Some([Value::Bool(_), ..]) => "a boolean",
            Some([Value::Number(_), ..]) => "a number",
            _ => ANYTHING,
        },
    }
}

/// How many numbers fit; `None` for a format that is no width.
fn width(format: Option<&str>) -> Option<u8> {
    match format {
        Some("int32" | "float") => Some(1),
        None | Some("int64" | "double") => Some(2),
        _ => None,
    }
}

fn is_same_variant(a: &View<'_>, b: &View<'_>) -> bool {
    let (a_ref, b_ref) = (a.text("$ref"), b.text("$ref"));
    match (a_ref, b_ref) {
        (Some(a), Some(b)) => a == b,
        _ => a.resolved().node.to_value() == b.resolved().node.to_value(),
    }
}

/// `None` if the two mean the same.
fn is_narrower(key: &str, from: Option<&Value>, to: Option<&Value>) -> Option<bool> {
    let lower = matches!(key, "minimum" | "minLength" | "minItems" | "minProperties");
    match key {
        "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems" => {
            let is = |value: Option<&Value>| value == Some(&Value::Bool(true));
            (is(from) != is(to)).then(|| is(to))
        }
        "pattern" => Some(to.is_some()),
        "multipleOf" => {
            let (Some(from), Some(to)) = (number(from), number(to)) else {
                return Some(to.is_some());
            };
            let times = from / to;
            // A divisor of the old step takes every old value.
            Some((times - times.round()).abs() > 1e-9)
        }
        _ => {
            let none = if lower { f64::MIN } else { f64::MAX };
            let zero = lower && key != "minimum";
            let floor = if zero { 0.0 } else { none };
            let from = number(from).unwrap_or(floor);
            let to = number(to).unwrap_or(floor);
            if (from - to).abs() < f64::EPSILON {
                return None;
            }
            Some(if lower { to > from } else { to < from })
        }
    }
}

fn number(value: Option<&Value>) -> Option<f64> {
    value?.as_f64()
}
