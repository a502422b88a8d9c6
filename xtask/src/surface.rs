//! The public surface of generated code: the page a reviewer reads when the document changes.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Fields, File, ImplItem, Item, Path, Token, Visibility};

/// Lists the public items of `code`, one to a line, in the order in which they stand there.
///
/// Paths of the standard library are shortened, docs and bodies are left out: what is left is
/// what a user of the code can name.
///
/// # Errors
///
/// `code` is not a Rust file.
pub fn surface(code: &str) -> syn::Result<Vec<String>> {
    let mut file: File = syn::parse_file(code)?;
    ShortPaths.visit_file_mut(&mut file);
    let mut lines = Vec::new();
    items(&file.items, "", &mut lines);
    Ok(lines)
}

fn items(items_of: &[Item], module: &str, lines: &mut Vec<String>) {
    for item in items_of {
        match item {
            Item::Mod(item) if is_public(&item.vis) => {
                let module = join(module, &item.ident);
                lines.push(format!("mod {module}"));
                if let Some((_, inner)) = &item.content {
                    items(inner, &module, lines);
                }
            }
            Item::Const(item) if is_public(&item.vis) => {
                let (name, ty) = (join(module, &item.ident), text(&item.ty));
                lines.push(format!("const {name}: {ty} = {}", text(&item.expr)));
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let name = join(module, &item.ident);
                lines.push(format!(
                    "struct {name}{}{}",
                    text(&item.generics),
                    marks(&item.attrs)
                ));
                fields(&item.fields, &name, lines);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let name = join(module, &item.ident);
                lines.push(format!(
                    "enum {name}{}{}",
                    text(&item.generics),
                    marks(&item.attrs)
                ));
                for variant in &item.variants {
                    let inner = match &variant.fields {
                        Fields::Unit => String::new(),
                        other => text(other),
                    };
                    let marks = marks(&variant.attrs);
                    lines.push(format!("  {name}::{}{inner}{marks}", variant.ident));
                }
            }
            Item::Impl(item) => {
                let ty = join(module, &text(&item.self_ty));
                if let Some((path, ..)) = &item.trait_ {
                    lines.push(format!("impl {} for {ty}", text(path)));
                    continue;
                }
                for function in item.items.iter().filter_map(|item| match item {
                    ImplItem::Fn(function) if is_public(&function.vis) => Some(function),
                    _ => None,
                }) {
                    lines.push(format!("  {ty}: {}", text(&function.sig)));
                }
            }
            Item::Trait(item) if is_public(&item.vis) => {
                let name = join(module, &item.ident);
                lines.push(format!("trait {name}"));
                for inner in &item.items {
                    if let syn::TraitItem::Fn(function) = inner {
                        lines.push(format!("  {name}: {}", text(&function.sig)));
                    }
                }
            }
            _ => {}
        }
    }
}

fn fields(fields: &Fields, owner: &str, lines: &mut Vec<String>) {
    for (index, field) in fields
        .iter()
        .enumerate()
        .filter(|(_, field)| is_public(&field.vis))
    {
        let name = field
            .ident
            .as_ref()
            .map_or(index.to_string(), ToString::to_string);
        lines.push(format!(
            "  {owner}.{name}: {}{}",
            text(&field.ty),
            marks(&field.attrs)
        ));
    }
}

/// The attributes that a user can notice: derives, serde's names, `non_exhaustive`.
fn marks(attrs: &[Attribute]) -> String {
    let mut marks = String::new();
    for attr in attrs {
        if attr.path().is_ident("derive") {
            let paths = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
            let names: BTreeSet<String> = paths
                .into_iter()
                .flatten()
                .filter_map(|path| path.segments.last().map(|last| last.ident.to_string()))
                .collect();
            let names = names.into_iter().collect::<Vec<_>>().join(" ");
            marks.push_str(&format!("  [{names}]"));
        } else if attr.path().is_ident("non_exhaustive") {
            marks.push_str("  non_exhaustive");
        } else if attr.path().is_ident("serde")
            && let Ok(list) = attr.meta.require_list()
            && !list.tokens.to_string().contains("skip_serializing_if")
        {
            marks.push_str(&format!("  serde({})", list.tokens));
        }
    }
    marks
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn join(module: &str, name: &dyn ToString) -> String {
    if module.is_empty() {
        name.to_string()
    } else {
        format!("{module}::{}", name.to_string())
    }
}

/// Tokens as people write them.
fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, plain) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" > ", "> "),
        (" >", ">"),
        ("<'_ >", "<'_>"),
        (" ,", ","),
        (" : ", ": "),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, plain);
    }
    text.replace("->", " -> ")
        .replace("  ", " ")
        .trim()
        .to_owned()
}

/// `::std::option::Option<::std::string::String>` to `Option<String>`.
struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let first = path.segments.first().map(|first| first.ident.to_string());
        if matches!(
            first.as_deref(),
            Some("std" | "serde" | "serde_json" | "reqwest")
        ) && let Some(last) = path.segments.last().cloned()
        {
            path.leading_colon = None;
            path.segments = std::iter::once(last).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_a_user_can_name() {
        let code = r#"
            /// Docs are left out.
            #[derive(::serde::Serialize, Clone)]
            #[non_exhaustive]
            pub struct A<'a> {
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                pub b: ::std::option::Option<::std::string::String>,
                hidden: &'a str,
            }
            impl A<'_> {
                pub async fn send(self) -> Result<(), Error> { todo!() }
                fn hidden() {}
            }
            pub mod types {
                pub enum E { #[serde(rename = "x-y")] XY, #[serde(untagged)] Unknown(String) }
                impl ::std::fmt::Display for E {}
            }
            fn hidden() {}
        "#;
        assert_eq!(
            surface(code).unwrap(),
            [
                "struct A<'a>  [Clone Serialize]  non_exhaustive",
                "  A.b: Option<String>",
                "  A<'_>: async fn send(self) -> Result<(), Error>",
                "mod types",
                "enum types::E",
                "  types::E::XY  serde(rename = \"x-y\")",
                "  types::E::Unknown(String)  serde(untagged)",
                "impl Display for types::E",
            ]
        );
    }
}
