//! Passes over the generated syntax tree, for what progenitor has no setting for.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use quote::ToTokens as _;
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Attribute, Block, Expr, File, Ident, ImplItem, Item, ItemEnum, ItemImpl, ItemMod, Meta,
    Path, Stmt, Token, Type, Visibility, parse_quote,
};

use crate::lower::{self, OPEN_ENUM_MARK};

/// One step of the tidying.
pub struct Pass {
    /// How `--verbose` calls it.
    pub name: &'static str,
    /// Why it exists.
    pub purpose: &'static str,
    /// Changes the file, given the published document; says how many places it touched.
    pub run: fn(&mut File, &Value) -> usize,
}

/// All passes, in the order in which they run.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "own-runtime",
        purpose: "the client, its errors and its responses are this crate's own",
        run: own_runtime,
    },
    Pass {
        name: "plain-send",
        purpose: "no hooks and no `api-version` header, which the API does not document",
        run: plain_send,
    },
    Pass {
        name: "buffered-responses",
        purpose: "bodies are read once, whole and bounded, so that an error can keep them",
        run: buffered_responses,
    },
    Pass {
        name: "open-enums",
        purpose: "a value that the document does not know is kept, not an error",
        run: open_enums,
    },
    Pass {
        name: "optional-extras",
        purpose: "an object may have no properties beyond the documented ones",
        run: optional_extras,
    },
    Pass {
        name: "objects-not-lists",
        purpose: "a list of properties in order, which derived parsers accept, is no object",
        run: objects_not_lists,
    },
    Pass {
        name: "static-messages",
        purpose: "a builder that is used as it should be writes no message for when it is not",
        run: static_messages,
    },
    Pass {
        name: "non-exhaustive",
        purpose: "an optional property more is no breaking change",
        run: non_exhaustive,
    },
    Pass {
        name: "document-facts",
        purpose: "server, version and security headers come from the document, too",
        run: document_facts,
    },
    Pass {
        name: "docs",
        purpose: "every public item says what it is, in lines that read well in a diff",
        run: docs,
    },
];

fn own_runtime(file: &mut File, _document: &Value) -> usize {
    let before = file.items.len();
    file.items.retain(|item| !is_progenitor_runtime(item));
    let removed = before - file.items.len();
    file.items.insert(
        0,
        parse_quote! {
            #[allow(unused_imports)]
            use crate::{
                Client, Error, ResponseValue,
                support::{Bytes, QueryParam, RequestBuilderExt, encode_path},
            };
        },
    );
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && module.ident == "builder"
            && let Some((_, items)) = &mut module.content
        {
            items.retain(|item| !imports(item, "encode_path"));
            for item in items.iter_mut() {
                if let Item::Use(import) = item {
                    import.attrs = vec![parse_quote!(#[allow(unused_imports)])];
                }
            }
            items.insert(
                0,
                parse_quote! {
                    #[allow(unused_imports)]
                    use super::{
                        Bytes, Error, QueryParam, RequestBuilderExt, ResponseValue, encode_path,
                    };
                },
            );
        }
    }
    let mut paths = Paths(0);
    let is_types = |item: &Item| matches!(item, Item::Mod(module) if module.ident == "types");
    // The types, which are most of the file, send nothing.
    for item in file.items.iter_mut().filter(|item| !is_types(item)) {
        paths.visit_item_mut(item);
    }
    removed + paths.0
}

/// Points `progenitor_client::Name` at what is imported under that name.
struct Paths(usize);

impl VisitMut for Paths {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path
            .segments
            .first()
            .is_some_and(|first| first.ident == "progenitor_client")
        {
            path.segments = path.segments.iter().skip(1).cloned().collect();
            self.0 += 1;
        }
    }
}

/// The imports, the client with its constructors, and the traits that our own code replaces.
fn is_progenitor_runtime(item: &Item) -> bool {
    match item {
        Item::Use(_) => imports(item, "progenitor_client"),
        Item::Struct(item) => item.ident == "Client",
        Item::Mod(item) => item.ident == "prelude",
        Item::Impl(item) => {
            let of_trait = item
                .trait_
                .as_ref()
                .and_then(|(path, ..)| path.segments.last());
            match of_trait {
                Some(segment) => {
                    let name = segment.ident.to_string();
                    name == "ClientInfo" || name == "ClientHooks"
                }
                None => item.items.iter().any(|item| {
                    matches!(item, ImplItem::Fn(function) if function.sig.ident == "new_with_client")
                }),
            }
        }
        _ => false,
    }
}

fn imports(item: &Item, name: &str) -> bool {
    let Item::Use(item) = item else { return false };
    item.tree
        .to_token_stream()
        .into_iter()
        .any(|token| contains_ident(&token, name))
}

fn contains_ident(token: &proc_macro2::TokenTree, name: &str) -> bool {
    match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => group
            .stream()
            .into_iter()
            .any(|token| contains_ident(&token, name)),
        _ => false,
    }
}

fn plain_send(file: &mut File, _document: &Value) -> usize {
    let mut pass = PlainSend { touched: 0 };
    // Nothing else of the file sends anything.
    for item in module_mut(&mut file.items, "builder").into_iter().flatten() {
        let Item::Impl(item) = item else { continue };
        for function in &mut item.items {
            if let ImplItem::Fn(function) = function
                && function.sig.asyncness.is_some()
            {
                pass.visit_impl_item_fn_mut(function);
            }
        }
    }
    pass.touched
}

struct PlainSend {
    touched: usize,
}

impl VisitMut for PlainSend {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let before = block.stmts.len();
        block
            .stmts
            .retain(|stmt| !is_hook(stmt) && !appends_api_version(stmt));
        self.touched += before - block.stmts.len();
        let declares_headers = |stmt: &Stmt| declares(stmt, "header_map");
        if block.stmts.iter().any(declares_headers) {
            let appends = block.stmts.iter().any(|stmt| {
                !matches!(stmt, Stmt::Local(_)) && names(&stmt.to_token_stream(), "header_map")
            });
            if !appends {
                block.stmts.retain(|stmt| !declares_headers(stmt));
                WithoutHeaderMap.visit_block_mut(block);
            }
        }
        for stmt in &mut block.stmts {
            if let Stmt::Local(local) = stmt
                && local
                    .attrs
                    .iter()
                    .any(|attr| names(&attr.to_token_stream(), "unused_mut"))
                && let syn::Pat::Ident(pattern) = &mut local.pat
            {
                local.attrs.clear();
                pattern.mutability = None;
            }
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            // `client.exec(request, &info)` becomes `client.execute(request)`.
            Expr::MethodCall(call) if call.method == "exec" => {
                call.method = Ident::new("execute", Span::call_site());
                call.args = call.args.iter().take(1).cloned().collect();
                self.touched += 1;
            }
            // `format!("{}/path", client.baseurl, …)` becomes `client.url(&format!("/path", …))`.
            Expr::Macro(format) => {
                if let Some(url) = url_by_client(&format.mac) {
                    *expr = url;
                    self.touched += 1;
                }
            }
            // `encode_path` refuses what no path can carry.
            Expr::Call(call) if is_path(&call.func, "encode_path") => {
                let call = call.clone();
                *expr = parse_quote!(#call?);
                self.touched += 1;
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        // The URL is built by `format!`, whose arguments are mere tokens until parsed.
        let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
        if mac.path.is_ident("format")
            && let Ok(mut arguments) = mac.parse_body_with(parse)
        {
            arguments
                .iter_mut()
                .for_each(|argument| self.visit_expr_mut(argument));
            mac.tokens = arguments.to_token_stream();
        }
    }
}

/// Lets the client put together the URL that `mac` puts together from the client's base URL.
fn url_by_client(mac: &syn::Macro) -> Option<Expr> {
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let arguments = mac.parse_body_with(parse).ok()?;
    let mut arguments = arguments.into_iter();
    let Some(Expr::Lit(template)) = arguments.next() else {
        return None;
    };
    let syn::Lit::Str(template) = template.lit else {
        return None;
    };
    let template = template.value();
    let template = template.strip_prefix("{}")?;
    let Some(Expr::Field(base)) = arguments.next() else {
        return None;
    };
    let is_base = matches!(&base.member, syn::Member::Named(name) if name == "baseurl");
    let client = &base.base;
    is_base.then(|| parse_quote!(#client.url(&format!(#template, #(#arguments),*))))
}

fn is_hook(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Local(_) => declares(stmt, "info") && names(&stmt.to_token_stream(), "OperationInfo"),
        Stmt::Expr(Expr::Try(expr), Some(_)) => {
            let Expr::Await(future) = &*expr.expr else {
                return false;
            };
            let Expr::MethodCall(call) = &*future.base else {
                return false;
            };
            (call.method == "pre" || call.method == "post")
                && names(&call.args.to_token_stream(), "info")
        }
        _ => false,
    }
}

fn appends_api_version(stmt: &Stmt) -> bool {
    let Stmt::Expr(Expr::MethodCall(call), Some(_)) = stmt else {
        return false;
    };
    let arguments = call.args.to_token_stream();
    call.method == "append" && names(&arguments, "Client") && names(&arguments, "api_version")
}

fn declares(stmt: &Stmt, name: &str) -> bool {
    let Stmt::Local(local) = stmt else {
        return false;
    };
    matches!(&local.pat, syn::Pat::Ident(pattern) if pattern.ident == name)
}

fn names(tokens: &proc_macro2::TokenStream, name: &str) -> bool {
    tokens
        .clone()
        .into_iter()
        .any(|token| contains_ident(&token, name))
}

fn is_path(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.segments.last().is_some_and(|s| s.ident == name))
}

/// Takes `.headers(header_map)` out of a chain of calls.
struct WithoutHeaderMap;

impl VisitMut for WithoutHeaderMap {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::MethodCall(call) = expr
            && call.method == "headers"
            && names(&call.args.to_token_stream(), "header_map")
        {
            *expr = (*call.receiver).clone();
        }
    }
}

fn buffered_responses(file: &mut File, _document: &Value) -> usize {
    let mut pass = BufferedResponses { touched: 0 };
    // Types of the document may have the same names as what is replaced.
    for item in module_mut(&mut file.items, "builder").into_iter().flatten() {
        pass.visit_item_mut(item);
    }
    pass.touched
}

struct BufferedResponses {
    touched: usize,
}

impl VisitMut for BufferedResponses {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            // The body is there already: nothing to wait for.
            Expr::Await(future) if calls(&future.base, "from_response") => {
                *expr = (*future.base).clone();
                self.touched += 1;
            }
            Expr::Path(path) if of_error(&path.path) => {
                if let Some(last) = path.path.segments.last_mut() {
                    let ours = match last.ident.to_string().as_str() {
                        "InvalidRequest" => "invalid_request",
                        "UnexpectedResponse" => "unexpected_response",
                        _ => return,
                    };
                    last.ident = Ident::new(ours, Span::call_site());
                    self.touched += 1;
                }
            }
            // A body that is not JSON is as fallible to read as one that is.
            Expr::Call(call) if is_path(&call.func, "Ok") && calls(&call.args[0], "stream") => {
                let Expr::Call(stream) = &call.args[0] else {
                    return;
                };
                let response = &stream.args[0];
                *expr = parse_quote!(ResponseValue::from_bytes(#response));
                self.touched += 1;
            }
            // Several statuses with one conversion become one arm.
            Expr::Match(matched) => merge_arms(&mut matched.arms),
            _ => {}
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Path(path) = ty
            && path.qself.is_none()
            && path.path.segments.len() == 1
        {
            let only = &mut path.path.segments[0];
            if only.ident == "Error" && !only.arguments.is_empty() {
                only.arguments = syn::PathArguments::None;
                self.touched += 1;
            } else if only.ident == "ByteStream" {
                only.ident = Ident::new("Bytes", Span::call_site());
                self.touched += 1;
            }
        }
    }
}

/// Whether `path` is `Error::Something`; a type of the document is named by `types::`.
fn of_error(path: &Path) -> bool {
    path.segments.len() == 2 && path.segments[0].ident == "Error"
}

fn calls(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Call(call) if is_path(&call.func, name))
}

fn merge_arms(arms: &mut Vec<Arm>) {
    let mut merged: Vec<Arm> = Vec::new();
    for arm in arms.drain(..) {
        let body = arm.body.to_token_stream();
        let same = merged.last_mut().filter(|last| {
            let last = last.body.to_token_stream();
            names(&last, "ResponseValue") && last.to_string() == body.to_string()
        });
        match same {
            Some(last) => {
                let (first, second) = (&last.pat, &arm.pat);
                last.pat = parse_quote!(#first | #second);
            }
            None => merged.push(arm),
        }
    }
    *arms = merged;
}

fn open_enums(file: &mut File, _document: &Value) -> usize {
    let mut opened = BTreeMap::new();
    for_each_item(file, &mut |item| {
        if let Item::Enum(item) = item
            && let Some((mark, other)) = open_enum(item)
        {
            opened.insert(item.ident.to_string(), (mark, other));
        }
    });
    let touched = opened.len();
    for_each_item(file, &mut |item| {
        if let Item::Impl(item) = item
            && let Type::Path(path) = &*item.self_ty
            && let Some(name) = path.path.get_ident()
            && let Some((mark, other)) = opened.get(&name.to_string())
        {
            open_enum_impl(item, mark, other);
        }
    });
    touched
}

/// Turns the marked variant into one that holds any other text.
fn open_enum(item: &mut ItemEnum) -> Option<(Ident, Ident)> {
    let index = item.variants.iter().position(|variant| {
        variant
            .attrs
            .iter()
            .any(|attr| attr.to_token_stream().to_string().contains(OPEN_ENUM_MARK))
    })?;
    let mark = item.variants[index].ident.clone();
    let taken: BTreeSet<String> = item
        .variants
        .iter()
        .map(|variant| variant.ident.to_string())
        .collect();
    let mut name = "Unknown".to_owned();
    while taken.contains(&name) {
        name.push_str("Value");
    }
    let other = Ident::new(&name, Span::call_site());
    item.variants[index] = parse_quote! {
        /// A value that the document does not know, as the server sent it.
        #[serde(untagged)]
        #other(::std::string::String)
    };
    // A text cannot be `Copy`.
    for attr in &mut item.attrs {
        if attr.path().is_ident("derive")
            && let Ok(derives) =
                attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
        {
            let kept = derives.into_iter().filter(|path| !path.is_ident("Copy"));
            *attr = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
    Some((mark, other))
}

/// Calls a function with the arms of every `match`.
struct Arms<'a>(&'a mut dyn FnMut(&mut Vec<Arm>));

impl VisitMut for Arms<'_> {
    fn visit_expr_match_mut(&mut self, matched: &mut syn::ExprMatch) {
        (self.0)(&mut matched.arms);
    }
}

fn open_enum_impl(item: &mut ItemImpl, mark: &Ident, other: &Ident) {
    let of_trait = item
        .trait_
        .as_ref()
        .and_then(|(path, ..)| path.segments.last())
        .map(|segment| segment.ident.to_string());
    match of_trait.as_deref() {
        Some("Display") => Arms(&mut |arms| {
            for arm in arms {
                if names(&arm.pat.to_token_stream(), &mark.to_string()) {
                    *arm = parse_quote!(Self::#other(ref text) => f.write_str(text),);
                }
            }
        })
        .visit_item_impl_mut(item),
        Some("FromStr") => Arms(&mut |arms| {
            arms.retain(|arm| !names(&arm.body.to_token_stream(), &mark.to_string()));
            if let Some(last) = arms.last_mut() {
                *last = parse_quote!(_ => Ok(Self::#other(value.to_owned())),);
            }
        })
        .visit_item_impl_mut(item),
        _ => {}
    }
}

/// progenitor's builders demand a value for the map that keeps unknown properties.
fn optional_extras(file: &mut File, _document: &Value) -> usize {
    let Some(types) = module_mut(&mut file.items, "types") else {
        return 0;
    };
    let mut flattened = BTreeSet::new();
    for item in types.iter_mut() {
        if let Item::Struct(item) = item {
            for field in &item.fields {
                if let (Some(name), true) = (&field.ident, field.attrs.iter().any(flattens)) {
                    flattened.insert((item.ident.to_string(), name.to_string()));
                }
            }
        }
    }
    let mut touched = 0;
    for item in module_mut(types, "builder").into_iter().flatten() {
        let Item::Impl(item) = item else { continue };
        let owner = item.self_ty.to_token_stream().to_string();
        let mut defaults = Defaults {
            owner,
            flattened: &flattened,
            touched: 0,
        };
        if item
            .trait_
            .as_ref()
            .is_some_and(|(path, ..)| names(&path.to_token_stream(), "Default"))
        {
            defaults.visit_item_impl_mut(item);
        }
        touched += defaults.touched;
    }
    touched
}

/// Whether this is `#[serde(flatten)]`.
fn flattens(attr: &Attribute) -> bool {
    matches!(&attr.meta, Meta::List(list) if names(&list.tokens, "flatten"))
}

struct Defaults<'a> {
    owner: String,
    flattened: &'a BTreeSet<(String, String)>,
    touched: usize,
}

impl VisitMut for Defaults<'_> {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let name = field.member.to_token_stream().to_string();
        if self.flattened.contains(&(self.owner.clone(), name)) {
            field.expr = parse_quote!(Ok(Default::default()));
            self.touched += 1;
        }
    }
}

/// Properties whose type is one of the generated structs are read by the `json` module of the client's crate.
fn objects_not_lists(file: &mut File, _document: &Value) -> usize {
    let Some(types) = module_mut(&mut file.items, "types") else {
        return 0;
    };
    let structs: BTreeSet<String> = types
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) if matches!(item.fields, syn::Fields::Named(_)) => {
                Some(item.ident.to_string())
            }
            _ => None,
        })
        .collect();
    let is_struct = |ty: &Type| {
        let ty = argument_of(ty, "Box").unwrap_or(ty);
        matches!(ty, Type::Path(path)
            if path.path.get_ident().is_some_and(|name| structs.contains(&name.to_string())))
    };
    let mut touched = 0;
    for item in types.iter_mut() {
        let Item::Struct(item) = item else { continue };
        let syn::Fields::Named(fields) = &mut item.fields else {
            continue;
        };
        for field in &mut fields.named {
            if field.attrs.iter().any(flattens) {
                continue;
            }
            if is_struct(&field.ty) {
                field.attrs.push(parse_quote! {
                    #[serde(deserialize_with = "crate::json::object")]
                });
            } else if argument_of(&field.ty, "Option").is_some_and(is_struct) {
                // What is required and nullable has one already, so that it may not be absent.
                let is_required = without_deserialize_with(&mut field.attrs);
                field.attrs.push(if is_required {
                    parse_quote!(#[serde(deserialize_with = "crate::json::optional_object")])
                } else {
                    parse_quote!(#[serde(default, deserialize_with = "crate::json::optional_object")])
                });
            } else {
                continue;
            }
            touched += 1;
        }
    }
    touched
}

/// Takes `deserialize_with` out of the serde attributes; says whether it was there.
fn without_deserialize_with(attrs: &mut Vec<Attribute>) -> bool {
    let mut was_there = false;
    attrs.retain_mut(|attr| {
        let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
        let Ok(options) = attr.parse_args_with(parse) else {
            return true;
        };
        if !attr.path().is_ident("serde") {
            return true;
        }
        let before = options.len();
        let kept: Punctuated<Meta, Token![,]> = options
            .into_iter()
            .filter(|option| !option.path().is_ident("deserialize_with"))
            .collect();
        if kept.len() < before {
            was_there = true;
            *attr = parse_quote!(#[serde(#kept)]);
        }
        !kept.is_empty()
    });
    was_there
}

/// The `T` of `Name<T>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn static_messages(file: &mut File, _document: &Value) -> usize {
    let mut messages = StaticMessages {
        message: parse_quote!(::std::borrow::Cow<'static, str>),
        touched: 0,
    };
    let mut builders = |items: &mut [Item]| {
        let builders = module_mut(items, "builder").into_iter().flatten();
        builders.for_each(|item| messages.visit_item_mut(item));
    };
    builders(&mut file.items);
    if let Some(types) = module_mut(&mut file.items, "types") {
        builders(types);
        if let Some(error) = module_mut(types, "error") {
            error.push(parse_quote! {
                impl From<::std::borrow::Cow<'static, str>> for ConversionError {
                    fn from(value: ::std::borrow::Cow<'static, str>) -> Self {
                        Self(value)
                    }
                }
            });
        }
    }
    messages.touched
}

/// Makes errors that are `String`s into `Cow`s.
struct StaticMessages {
    message: syn::TypePath,
    touched: usize,
}

impl VisitMut for StaticMessages {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Path(path) = ty
            && let Some(last) = path.path.segments.last_mut()
            && last.ident == "Result"
            && let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
            && let Some(syn::GenericArgument::Type(Type::Path(error))) =
                arguments.args.iter_mut().nth(1)
            && error
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "String")
        {
            *error = self.message.clone();
            self.touched += 1;
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Expr::MethodCall(call) = expr else {
            return;
        };
        if call.method == "to_string" && matches!(*call.receiver, Expr::Lit(_)) {
            call.method = Ident::new("into", Span::call_site());
        } else if call.method == "map_err"
            && let Some(Expr::Closure(closure)) = call.args.first_mut()
        {
            let message = without_block(&closure.body);
            let is_done = matches!(message, Expr::MethodCall(call) if call.method == "into");
            if !is_done {
                *closure.body = Expr::MethodCall(syn::ExprMethodCall {
                    attrs: Vec::new(),
                    receiver: Box::new(message.clone()),
                    dot_token: Token![.](Span::call_site()),
                    method: Ident::new("into", Span::call_site()),
                    turbofish: None,
                    paren_token: syn::token::Paren(Span::call_site()),
                    args: Punctuated::new(),
                });
            }
        }
    }
}

/// The expression that is all of a block.
fn without_block(expr: &Expr) -> &Expr {
    match expr {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(inner, None)] => inner,
            _ => expr,
        },
        _ => expr,
    }
}

fn non_exhaustive(file: &mut File, _document: &Value) -> usize {
    let mut touched = 0;
    let Some(types) = module_mut(&mut file.items, "types") else {
        return 0;
    };
    for item in types {
        let attrs = match item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => {
                for variant in &mut item.variants {
                    if matches!(variant.fields, syn::Fields::Named(_)) {
                        variant.attrs.push(parse_quote!(#[non_exhaustive]));
                    }
                }
                &mut item.attrs
            }
            _ => continue,
        };
        attrs.push(parse_quote!(#[non_exhaustive]));
        touched += 1;
    }
    touched
}

fn document_facts(file: &mut File, document: &Value) -> usize {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    let server = text("/servers/0/url").unwrap_or_default();
    let version = text("/info/version").unwrap_or_default();
    let schemes = document
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, scheme)| {
            scheme.get("type").and_then(Value::as_str) == Some("apiKey")
                && scheme.get("in").and_then(Value::as_str) == Some("header")
        })
        .filter_map(|(id, scheme)| {
            let header = scheme.get("name")?.as_str()?;
            let description = scheme.get("description").and_then(Value::as_str);
            Some((
                id,
                header,
                description.unwrap_or("A security scheme of the document."),
            ))
        });
    let headers: Vec<Item> = schemes
        .map(|(id, header, description)| {
            let name = Ident::new(&screaming_snake(id), Span::call_site());
            let header = header.to_ascii_lowercase();
            parse_quote! {
                #[doc = #description]
                pub const #name: &str = #header;
            }
        })
        .collect();
    let touched = 2 + headers.len();
    let facts: File = parse_quote! {
        /// The version of the document that this client was generated from.
        pub const API_VERSION: &str = #version;

        /// The server that the document names first.
        pub const SERVER_URL: &str = #server;

        /// The headers that carry credentials, in lower case, by security scheme.
        pub mod security_headers {
            #(#headers)*
        }
    };
    file.items.splice(1..1, facts.items);
    touched
}

pub(crate) fn screaming_snake(name: &str) -> String {
    let mut out = String::new();
    let mut previous_is_lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            out.push('_');
            previous_is_lower = false;
            continue;
        }
        if c.is_ascii_uppercase() && previous_is_lower {
            out.push('_');
        }
        previous_is_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(c.to_ascii_uppercase());
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) || out.is_empty() {
        out.insert(0, '_');
    }
    out
}

fn docs(file: &mut File, document: &Value) -> usize {
    let fields = field_docs(file);
    // The names of builders and of their functions are those of the document in another case.
    let parameters = lower::parameter_descriptions(document)
        .into_iter()
        .map(|((id, name), text)| ((letters(&id), letters(&name)), text))
        .collect();
    let mut touched = 0;
    walk_items(&mut file.items, &mut |item, module| {
        touched += document_item(item, module, &fields, &parameters);
    });
    LineDocs.visit_file_mut(file);
    touched
}

/// The docs of every field in `types`, by type and field name.
fn field_docs(file: &mut File) -> BTreeMap<(String, String), String> {
    let mut docs = BTreeMap::new();
    for item in module_mut(&mut file.items, "types").into_iter().flatten() {
        if let Item::Struct(item) = item {
            for field in &item.fields {
                if let (Some(name), Some(text)) = (&field.ident, doc_text(&field.attrs)) {
                    docs.insert((item.ident.to_string(), name.to_string()), text);
                }
            }
        }
    }
    docs
}

fn walk_items(items: &mut [Item], f: &mut dyn FnMut(&mut Item, &str)) {
    fn walk(items: &mut [Item], module: &str, f: &mut dyn FnMut(&mut Item, &str)) {
        for item in items {
            f(item, module);
            if let Item::Mod(ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) = item
            {
                let inner = if module.is_empty() {
                    ident.to_string()
                } else {
                    format!("{module}::{ident}")
                };
                walk(items, &inner, f);
            }
        }
    }
    walk(items, "", f);
}

fn document_item(
    item: &mut Item,
    module: &str,
    fields: &BTreeMap<(String, String), String>,
    parameters: &BTreeMap<(String, String), String>,
) -> usize {
    let in_type_builder = module == "types::builder";
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let text = if in_type_builder {
                format!("Builds a [`{0}`](super::{0}).", item.ident)
            } else {
                undescribed(&item.ident)
            };
            let mut touched = ensure_doc(&mut item.attrs, &text);
            for field in item.fields.iter_mut().filter(|field| is_public(&field.vis)) {
                let text = field
                    .ident
                    .as_ref()
                    .map_or("The value itself.".into(), undescribed);
                touched += ensure_doc(&mut field.attrs, &text);
            }
            touched
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let mut touched = ensure_doc(&mut item.attrs, &undescribed(&item.ident));
            for variant in &mut item.variants {
                let text = match renamed(&variant.attrs) {
                    Some(value) => format!("The value `{value}`."),
                    None => format!("The variant `{}`.", variant.ident),
                };
                touched += ensure_doc(&mut variant.attrs, &text);
                for field in variant
                    .fields
                    .iter_mut()
                    .filter(|field| field.ident.is_some())
                {
                    let text = field.ident.as_ref().map_or(String::new(), undescribed);
                    touched += ensure_doc(&mut field.attrs, &text);
                }
            }
            touched
        }
        Item::Mod(item) => {
            let text = match (module, item.ident.to_string().as_str()) {
                ("types", "builder") => "Builders of the types; each is made by `builder()`.",
                ("types", "error") => "What a conversion to one of the types can fail with.",
                ("types", "defaults") => "Default values that the document names.",
                _ => "Generated from the document.",
            };
            ensure_doc(&mut item.attrs, text)
        }
        Item::Impl(item) if item.trait_.is_none() => {
            let Type::Path(path) = &*item.self_ty else {
                return 0;
            };
            let Some(owner) = path.path.segments.last().map(|s| s.ident.to_string()) else {
                return 0;
            };
            let mut touched = 0;
            for function in item.items.iter_mut().filter_map(|item| match item {
                ImplItem::Fn(function) if is_public(&function.vis) => Some(function),
                _ => None,
            }) {
                let name = function.sig.ident.to_string();
                let text = if in_type_builder {
                    let field = fields.get(&(owner.clone(), name.clone()));
                    format!("Sets `{name}`.\n\n{}", field.map_or("", String::as_str))
                } else if module == "builder" {
                    let parameter = parameters
                        .get(&(letters(&owner), letters(&name)))
                        .map_or("", String::as_str);
                    match name.as_str() {
                        "new" => "Begins the request; nothing is sent before `send()`.".into(),
                        "body" => "Sets the whole body.".into(),
                        "body_map" => "Changes the body through its builder.".into(),
                        _ => format!("Sets `{name}`.\n\n{parameter}"),
                    }
                } else if name == "builder" {
                    format!("Begins to build a [`{owner}`].")
                } else {
                    undescribed(&function.sig.ident)
                };
                touched += ensure_doc(&mut function.attrs, text.trim_end());
            }
            touched
        }
        _ => 0,
    }
}

fn undescribed(name: &Ident) -> String {
    format!("`{name}`, which the document does not describe.")
}

/// What `createSubAccount`, `CreateSubAccount` and `create_sub_account` have in common.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn renamed(attrs: &[Attribute]) -> Option<String> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
        .find_map(|attr| {
            let mut name = None;
            let _ = attr.parse_nested_meta(|meta| {
                let value = meta.value()?.parse::<syn::LitStr>()?;
                if meta.path.is_ident("rename") {
                    name = Some(value.value());
                }
                Ok(())
            });
            name
        })
}

fn ensure_doc(attrs: &mut Vec<Attribute>, text: &str) -> usize {
    if doc_text(attrs).is_some() {
        return 0;
    }
    attrs.insert(0, doc_attribute(text, syn::AttrStyle::Outer));
    1
}

/// `#[doc = "text"]`, put together and not parsed: there is one for each line of documentation.
fn doc_attribute(text: &str, style: syn::AttrStyle) -> Attribute {
    let text = syn::LitStr::new(text, Span::call_site());
    Attribute {
        pound_token: Token![#](Span::call_site()),
        style,
        bracket_token: syn::token::Bracket(Span::call_site()),
        meta: Meta::NameValue(syn::MetaNameValue {
            path: Ident::new("doc", Span::call_site()).into(),
            eq_token: Token![=](Span::call_site()),
            value: Expr::Lit(syn::ExprLit {
                attrs: Vec::new(),
                lit: syn::Lit::Str(text),
            }),
        }),
    }
}

fn doc_text(attrs: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attrs.iter().filter_map(doc_literal).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn doc_literal(attr: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attr.meta else {
        return None;
    };
    let Expr::Lit(literal) = &meta.value else {
        return None;
    };
    let syn::Lit::Str(text) = &literal.lit else {
        return None;
    };
    meta.path.is_ident("doc").then(|| text.value())
}

/// One attribute a line, so that prettyplease writes `///` and a diff shows the changed line.
struct LineDocs;

impl VisitMut for LineDocs {
    /// Code has no documentation in it.
    fn visit_block_mut(&mut self, _: &mut Block) {}

    fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
        let Some(text) = doc_text(attrs) else { return };
        let style = attrs
            .iter()
            .find(|attr| doc_literal(attr).is_some())
            .map_or(syn::AttrStyle::Outer, |attr| attr.style);
        attrs.retain(|attr| doc_literal(attr).is_none());
        let lines = doc_lines(&text);
        let lines = lines.iter().map(|line| doc_attribute(line, style));
        attrs.splice(0..0, lines);
    }
}

/// The languages that a code block of the document may name; rustdoc runs none of them.
const PLAIN_LANGUAGES: &[&str] = &["bash", "console", "http", "json", "sh", "text", "yaml"];

/// The lines of `text`, each after one space, made safe for rustdoc.
///
/// Text from the document is not Rust, and rustdoc would try to compile what looks like code: a
/// code block becomes `text` unless it names a language that is surely something else, and no
/// line is indented far enough to be a code block of its own.
fn doc_lines(text: &str) -> Vec<String> {
    let mut in_fence = false;
    text.trim()
        .lines()
        .map(|line| {
            let line = visible(line.trim_end());
            // A code block may begin within a list or a quotation.
            let content = line.trim_start_matches([' ', '*', '-', '+', '>']);
            let numbered = content.trim_start_matches(|c: char| c.is_ascii_digit());
            let content = match numbered.strip_prefix(['.', ')']) {
                Some(item) if numbered.len() < content.len() => item.trim_start(),
                _ => content,
            };
            let before = &line[..line.len() - content.len()];
            let fence = content.len() - content.trim_start_matches(['`', '~']).len();
            if fence >= 3 && !content[fence..].contains('`') {
                in_fence = !in_fence;
                let language = content[fence..].trim();
                let language = match (in_fence, PLAIN_LANGUAGES.contains(&language)) {
                    (false, _) => "",
                    (true, true) => language,
                    (true, false) => "text",
                };
                return format!(" {before}{}{language}", &content[..fence]);
            }
            let content = line.trim_start();
            let indent = line.len() - content.len();
            if content.is_empty() {
                String::new()
            } else if in_fence {
                format!(" {line}")
            } else {
                format!(" {}{content}", " ".repeat(indent.min(3)))
            }
        })
        .collect()
}

/// `line` with its control characters, and those that change the direction of text, spelled out:
/// rustc refuses both in comments.
fn visible(line: &str) -> String {
    let mut visible = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\t' => visible.push(' '),
            '\u{61c}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => visible.extend(c.escape_unicode()),
            c if c.is_control() => visible.extend(c.escape_unicode()),
            c => visible.push(c),
        }
    }
    visible
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn module_mut<'a>(items: &'a mut [Item], name: &str) -> Option<&'a mut Vec<Item>> {
    items.iter_mut().find_map(|item| match item {
        Item::Mod(ItemMod {
            ident,
            content: Some((_, items)),
            ..
        }) if *ident == name => Some(items),
        _ => None,
    })
}

fn for_each_item(file: &mut File, f: &mut dyn FnMut(&mut Item)) {
    walk_items(&mut file.items, &mut |item, _| f(item));
}
