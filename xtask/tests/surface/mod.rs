//! What a user of generated code can name, as lines that can be compared.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Expr, Item, Lit};
use xtask::diff::Verdict;

/// The public items of `code`: names, fields, variants, signatures; and what the builders of
/// `requests` insist on. Structs and enums are `#[non_exhaustive]`, so a line more is no breach.
pub(crate) fn of(code: &str, requests: &[&str]) -> BTreeSet<String> {
    let items = xtask::surface::surface(code).expect("generated code parses");
    let mut lines: BTreeSet<String> = items.iter().filter_map(|line| nameable(line)).collect();
    let file = syn::parse_file(code).expect("generated code parses");
    requirements(&file.items, "", requests, &mut lines);
    lines
}

/// A line without attributes and values, which nobody has to edit code for.
fn nameable(line: &str) -> Option<String> {
    let line = line.trim_start();
    if line.starts_with("impl ") || line.starts_with("mod ") {
        return None;
    }
    let line = line.split("  ").next().unwrap_or(line);
    Some(line.split(" = ").next().unwrap_or(line).to_owned())
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

fn requirements(items: &[Item], module: &str, requests: &[&str], lines: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    requirements(items, &format!("{module}{}::", item.ident), requests, lines);
                }
            }
            Item::Impl(item) => {
                let owner = item.self_ty.to_token_stream().to_string();
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
