//! Passes over the syntax tree of the generated mock bindings.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, File, ImplItem, Item, Macro, TraitItem, Type, parse_quote};

/// One step of the tidying.
pub(crate) struct Pass {
    /// How `--verbose` calls it.
    pub(crate) name: &'static str,
    run: fn(&mut File) -> usize,
}

/// All passes, in the order in which they run.
const PASSES: &[Pass] = &[
    // The generator puts a value into a regular expression as it is: `MA_.*` would match all.
    Pass {
        name: "escape-values",
        run: escape_values,
    },
    // `vobiz_api::*` would be ambiguous the day an operation is named like one of its items.
    Pass {
        name: "name-imports",
        run: name_imports,
    },
    Pass {
        name: "docs",
        run: docs,
    },
];

/// Runs every pass over `file`; says for each how many places it touched.
pub(crate) fn tidy(file: &mut File) -> Vec<(&'static Pass, usize)> {
    PASSES.iter().map(|pass| (pass, (pass.run)(file))).collect()
}

fn escape_values(file: &mut File) -> usize {
    let mut pass = EscapeValues(0);
    pass.visit_file_mut(file);
    pass.0
}

struct EscapeValues(usize);

impl VisitMut for EscapeValues {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        let is_regex = matches!(&*call.func, Expr::Path(path)
            if path.path.segments.iter().any(|segment| segment.ident == "Regex"));
        if !is_regex {
            return;
        }
        for argument in &mut call.args {
            if let Expr::Reference(reference) = argument
                && let Expr::Macro(format) = &mut *reference.expr
                && escape_argument(&mut format.mac)
            {
                self.0 += 1;
            }
        }
    }
}

/// Turns `format!("…", value.to_string())` into one that escapes the value.
fn escape_argument(mac: &mut Macro) -> bool {
    let from = quote!(value.to_string()).to_string();
    let text = mac.tokens.to_string();
    if !mac.path.is_ident("format") || !text.contains(&from) {
        return false;
    }
    let escaped = text.replace(&from, "regex::escape(&value.to_string())");
    let Ok(tokens) = escaped.parse::<TokenStream>() else {
        return false;
    };
    mac.tokens = tokens;
    true
}

fn name_imports(file: &mut File) -> usize {
    let mut touched = 0;
    for item in operations(file) {
        if let Item::Use(import) = item {
            let root = match &import.tree {
                syn::UseTree::Path(path) => path.ident.clone(),
                _ => continue,
            };
            *import = parse_quote!(use #root::types;);
            touched += 1;
        }
    }
    touched
}

fn operations(file: &mut File) -> &mut [Item] {
    file.items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == "operations" => {
                module.content.as_mut().map(|(_, items)| &mut items[..])
            }
            _ => None,
        })
        .unwrap_or_default()
}

fn docs(file: &mut File) -> usize {
    let mut touched = 0;
    for item in operations(file) {
        match item {
            Item::Struct(item) => {
                let text = match split(&item.ident.to_string()) {
                    Some((operation, "When")) => {
                        format!(" What a request of `{operation}` must be like to be answered.")
                    }
                    Some((operation, _)) => format!(" What `{operation}` answers."),
                    None => continue,
                };
                touched += document(&mut item.attrs, &text);
            }
            Item::Impl(item) => {
                let Type::Path(owner) = &*item.self_ty else {
                    continue;
                };
                let is_when = owner
                    .path
                    .segments
                    .last()
                    .is_some_and(|segment| segment.ident.to_string().ends_with("When"));
                for function in item.items.iter_mut().filter_map(|item| match item {
                    ImplItem::Fn(function) => Some(function),
                    _ => None,
                }) {
                    let name = function.sig.ident.to_string();
                    let text = describe(&name, is_when, has_status(&function.sig));
                    touched += document(&mut function.attrs, &text);
                }
            }
            _ => {}
        }
    }
    for item in &mut file.items {
        if let Item::Trait(item) = item {
            for function in item.items.iter_mut().filter_map(|item| match item {
                TraitItem::Fn(function) => Some(function),
                _ => None,
            }) {
                let text = format!(" Mocks the operation `{}`.", function.sig.ident);
                touched += document(&mut function.attrs, &text);
            }
        }
    }
    touched
}

/// `CreateSubAccountWhen` is the operation `CreateSubAccount` and the side `When`.
fn split(name: &str) -> Option<(&str, &'static str)> {
    ["When", "Then"]
        .into_iter()
        .find_map(|side| Some((name.strip_suffix(side)?, side)))
}

fn has_status(signature: &syn::Signature) -> bool {
    signature.inputs.iter().any(|input| {
        matches!(input, syn::FnArg::Typed(input)
            if matches!(&*input.pat, syn::Pat::Ident(name) if name.ident == "status"))
    })
}

fn describe(name: &str, is_when: bool, has_status: bool) -> String {
    match name {
        "new" if is_when => " Matches the operation's method and path.".into(),
        "new" => " Wraps what is to be answered.".into(),
        "into_inner" => " What is wrapped, to go beyond what the document allows.".into(),
        _ if is_when => format!(" Requires `{name}` to be exactly this."),
        _ if has_status => {
            format!(" Answers with this status, which must be of the class `{name}`.")
        }
        _ => format!(" Answers `{}`.", name.replace('_', " ")),
    }
}

fn document(attrs: &mut Vec<Attribute>, text: &str) -> usize {
    if attrs.iter().any(|attr| attr.path().is_ident("doc")) {
        return 0;
    }
    attrs.insert(0, parse_quote!(#[doc = #text]));
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_path_matchers_are_escaped() {
        let mut file: File = parse_quote! {
            fn auth_id(self, value: &str) -> Self {
                let re = regex::Regex::new(&format!("^/a/{}/.*$", value.to_string())).unwrap();
                Self(self.0.path_matches(re))
            }
        };
        assert_eq!(escape_values(&mut file), 1);
        // Within a macro, tokens are spaced as they come.
        let code = prettyplease::unparse(&file).replace(' ', "");
        assert!(code.contains("regex::escape(&value.to_string())"), "{code}");
    }

    #[test]
    fn every_public_item_is_described() {
        let mut file: File = parse_quote! {
            pub mod operations {
                use vobiz_api::*;
                pub struct GetThingWhen(::httpmock::When);
                impl GetThingWhen {
                    pub fn new(inner: ::httpmock::When) -> Self { Self(inner) }
                    pub fn id(self, value: &str) -> Self { self }
                }
            }
        };
        tidy(&mut file);
        let code = prettyplease::unparse(&file);
        assert!(code.contains("use vobiz_api::types;"), "{code}");
        for doc in [
            "request of `GetThing`",
            "method and path",
            "`id` to be exactly",
        ] {
            assert!(code.contains(doc), "{doc}: {code}");
        }
    }
}
