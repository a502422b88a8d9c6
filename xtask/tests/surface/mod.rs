//! What a user of generated code can name, as lines that can be compared.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Expr, ImplItem, Item, Lit, Visibility};
use xtask::diff::Verdict;

/// The public items of `code`: names, fields, variants, signatures; and what the builders of
/// `requests` insist on. Structs and enums are `#[non_exhaustive]`, so a line more is no breach.
pub(crate) fn of(code: &str, requests: &[&str]) -> BTreeSet<String> {
    let file = syn::parse_file(code).expect("generated code parses");
    let mut lines = BTreeSet::new();
    collect(&file.items, "", requests, &mut lines);
    lines
}

/// What the difference of two surfaces asks of a user, and the lines that it is made of.
pub(crate) fn verdict(
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> (Verdict, Vec<String>, Vec<String>) {
    let gone: Vec<String> = before
        .difference(after)
        .filter(|line| !line.starts_with("requires"))
        .cloned()
        .collect();
    let new: Vec<String> = after.difference(before).cloned().collect();
    let eased = before.difference(after).next().is_some();
    let verdict = if !gone.is_empty() || new.iter().any(|line| line.starts_with("requires")) {
        Verdict::Breaking
    } else if !new.is_empty() || eased {
        Verdict::Compatible
    } else {
        Verdict::None
    };
    (verdict, gone, new)
}

fn collect(items: &[Item], module: &str, requests: &[&str], lines: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    collect(items, &format!("{module}{}::", item.ident), requests, lines);
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                lines.insert(format!("struct {module}{}", item.ident));
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    let name = field.ident.as_ref().map(ToString::to_string);
                    let ty = field.ty.to_token_stream();
                    lines.insert(format!("field {module}{}.{name:?}: {ty}", item.ident));
                }
            }
            Item::Enum(item) if is_public(&item.vis) => {
                lines.insert(format!("enum {module}{}", item.ident));
                for variant in &item.variants {
                    let fields = variant.fields.to_token_stream();
                    lines.insert(format!(
                        "variant {module}{}::{} {fields}",
                        item.ident, variant.ident
                    ));
                }
            }
            Item::Const(item) if is_public(&item.vis) => {
                lines.insert(format!("const {module}{}", item.ident));
            }
            Item::Impl(item) => {
                let owner = item.self_ty.to_token_stream().to_string();
                methods(item, module, &owner, lines);
                let wanted = module.ends_with("builder::")
                    && (module == "builder::" || requests.iter().any(|name| owner.ends_with(name)));
                if wanted {
                    for message in insisted(item) {
                        lines.insert(format!("requires {module}{owner}: {message}"));
                    }
                }
            }
            _ => {}
        }
    }
}

fn methods(item: &syn::ItemImpl, module: &str, owner: &str, lines: &mut BTreeSet<String>) {
    for function in item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if item_is_public(function) => Some(function),
        _ => None,
    }) {
        let signature = function.sig.to_token_stream();
        lines.insert(format!("fn {module}{owner}: {signature}"));
    }
}

fn item_is_public(function: &syn::ImplItemFn) -> bool {
    is_public(&function.vis)
}

/// The values without which a builder does not build.
fn insisted(item: &syn::ItemImpl) -> BTreeSet<String> {
    struct Messages(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Messages {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            if let Expr::Lit(literal) = expr
                && let Lit::Str(text) = &literal.lit
            {
                let text = text.value();
                if text.ends_with("was not initialized") || text.starts_with("no value supplied") {
                    self.0.insert(text);
                }
            }
            syn::visit::visit_expr(self, expr);
        }
    }
    let mut messages = Messages(BTreeSet::new());
    messages.visit_item_impl(item);
    messages.0
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
