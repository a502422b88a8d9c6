//! The files of the site, without a browser.

mod common;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use html5gum::{DefaultEmitter, Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser, Tag};
use xtask::cli::Exit;
use xtask_docs::text::is_hidden;
use xtask_docs::{cli, links, sample, serve, site};

use common::{HOSTILE, document, fixture, hostile, live, one_operation, workspace};

fn files(document: &xtask::document::Document) -> BTreeMap<String, String> {
    site::build(document)
        .into_iter()
        .map(|file| (file.path.display().to_string(), file.contents))
        .collect()
}

#[test]
fn the_markdown_reads_well() {
    let files = files(&live());
    insta::assert_snapshot!("reference.md", files["reference.md"]);
    insta::assert_snapshot!("llms.txt", files["llms.txt"]);
    insta::assert_snapshot!(
        "several.md",
        self::files(&fixture("several.yaml"))["reference.md"]
    );
}

/// `tests/sample/run.rs` compiles and runs it.
#[test]
fn the_rust_sample_is_the_one_that_is_run() {
    let document = one_operation();
    let api = xtask_docs::api::read(&document);
    let operation = &api.groups[0].operations[0];
    let fields = sample::fields(&api, operation);
    let request = sample::initial(operation, &fields);
    let shown = sample::samples(&api, operation)[0].render(&request);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample/create_sub_account.rs");
    if std::env::var_os("VOBIZ_UPDATE_SAMPLE").is_some() {
        fs::write(&path, &shown).expect("written");
    }
    let run = fs::read_to_string(&path).expect("the sample that is run");
    assert_eq!(shown, run, "set VOBIZ_UPDATE_SAMPLE=1 to take the page's");
}

#[test]
fn the_page_stays_within_its_budget() {
    let bytes = files(&one_operation())["index.html"].len();
    assert!(bytes <= 60_000, "index.html has {bytes} bytes");
}

#[test]
fn the_same_document_makes_the_same_bytes() {
    assert_eq!(site::build(&one_operation()), site::build(&one_operation()));
}

#[test]
fn every_page_names_the_document() {
    for document in [live(), fixture("several.yaml"), hostile(HOSTILE)] {
        let sha256 = document.source.sha256();
        for (path, text) in files(&document) {
            if !path.starts_with("openapi.") {
                assert!(text.contains(&sha256[..12]), "{path}");
            }
        }
    }
}

#[test]
fn the_document_is_published_as_it_is() {
    for document in [live(), fixture("several.yaml"), hostile(HOSTILE)] {
        let files = files(&document);
        assert_eq!(files["openapi.yaml"], document.source.text());
        let json: serde_json::Value = serde_json::from_str(&files["openapi.json"]).expect("JSON");
        assert_eq!(json, document.to_value());
    }
}

#[test]
fn every_internal_link_leads_somewhere() {
    for document in [live(), fixture("several.yaml"), hostile(HOSTILE)] {
        assert_eq!(links::check(&files(&document)), []);
    }
}

#[test]
fn nothing_hides_in_any_file() {
    for (path, text) in files(&hostile(HOSTILE)) {
        if path != "openapi.yaml" {
            let hidden: Vec<char> = text.chars().filter(|c| is_hidden(*c)).collect();
            assert!(hidden.is_empty(), "{path}: {hidden:?}");
        }
    }
}

#[test]
fn hostile_text_makes_no_tag_and_no_attribute() {
    let tags = |document: &xtask::document::Document| {
        let html = files(document).remove("index.html").expect("a page");
        let mut tags = Vec::new();
        let mut emitter = DefaultEmitter::<()>::default();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(html.as_str(), emitter).flatten() {
            match token {
                Token::StartTag(tag) => {
                    for (name, value) in &tag.attributes {
                        let name = String::from_utf8_lossy(name).into_owned();
                        let value = String::from_utf8_lossy(value).to_lowercase();
                        assert!(!name.starts_with("on") && name != "style", "{name}");
                        if name == "href" || name == "src" {
                            let allowed = ["#", "https:", "mailto:", "data:image/svg+xml,"];
                            let is_file = value.starts_with(|c: char| c.is_ascii_lowercase())
                                && !value.contains(':');
                            let is_allowed = allowed.iter().any(|start| value.starts_with(start));
                            assert!(is_file || is_allowed, "{value}");
                        }
                    }
                    // One for each slash of a path.
                    if tag.name.as_slice() != b"wbr" {
                        tags.push(String::from_utf8_lossy(&tag.name).into_owned());
                    }
                }
                Token::Comment(_) => panic!("a comment"),
                Token::Error(error) => panic!("{error:?}"),
                _ => {}
            }
        }
        tags
    };
    let with = tags(&hostile(HOSTILE));
    assert_eq!(with.iter().filter(|tag| *tag == "script").count(), 1);
    for tag in ["img", "svg", "iframe", "object", "base", "math"] {
        assert!(!with.iter().any(|with| with == tag), "{tag}");
    }
    // Without its Markdown, hostile text leaves the same skeleton as tame text. The description
    // above the operations is left out: raw HTML ends its Markdown blocks elsewhere.
    let is_markdown = |c: char| "[]()*`!#|:-\n".contains(c);
    let operations = |payload: &str| {
        let mut tags = tags(&hostile(payload));
        let first = tags.iter().position(|tag| tag == "article");
        tags.split_off(first.expect("an operation"))
    };
    assert_eq!(
        operations(&HOSTILE.replace(is_markdown, "")),
        operations("tame")
    );
}

#[test]
fn hostile_text_acts_in_no_markdown() {
    for (path, text) in files(&hostile(HOSTILE)) {
        if path == "index.html" || path.starts_with("openapi.") {
            continue;
        }
        for event in Parser::new_ext(&text, Options::all()) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => panic!("{path}: {html}"),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let is_ours = files(&hostile(HOSTILE))
                        .keys()
                        .any(|file| dest_url.trim_start_matches("../") == file);
                    let is_allowed = dest_url.starts_with("https://example.com");
                    assert!(is_ours || is_allowed, "{path}: {dest_url}");
                }
                Event::Start(Tag::Image { dest_url, .. }) => panic!("{path}: {dest_url}"),
                _ => {}
            }
        }
        assert!(text.contains("]]>"), "{path}: hostile text is to be shown");
    }
}

#[test]
fn references_in_circles_and_by_the_thousand_come_to_an_end() {
    let mut text = String::from(
        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      \
         responses:\n        '200':\n          description: d\n          content:\n            \
         application/json:\n              schema: {$ref: '#/components/schemas/S0'}\n\
         components:\n  schemas:\n",
    );
    for n in 0..40 {
        let next = (n + 1) % 40;
        text.push_str(&format!(
            "    S{n}:\n      properties:\n        a: {{$ref: '#/components/schemas/S{next}'}}\n        \
             b: {{$ref: '#/components/schemas/S{next}'}}\n        c: {{$ref: '#/components/schemas/S0'}}\n"
        ));
    }
    let files = files(&document("circle.yaml", &text));
    assert!(files["index.html"].len() < 3_000_000);
    assert_eq!(links::check(&files), []);
}

#[test]
fn odd_documents_make_pages_too() {
    for body in [
        "",
        "info: []\npaths: 7\n",
        "info: {title: 1, version: 2}\npaths: {/a: {get: []}, /b: {get: {parameters: {}, responses: [1]}}}\n",
        "paths: {/a: {post: {requestBody: {$ref: '#/nowhere'}, tags: [1]}}}\n",
        "paths: {'/a{b': {get: {operationId: '', parameters: [{}, 1]}}}\nservers: [{}]\n",
        "paths: {'': {get: {requestBody: {content: {'': {schema: {type: array, items: {}}}}}}}}\n",
    ] {
        let files = files(&document("odd.yaml", &format!("openapi: 3.0.3\n{body}")));
        assert_eq!(links::check(&files), [], "{body}");
    }
}

struct Run {
    exit: Exit,
    out: String,
    err: String,
}

fn run(args: &[&str]) -> Run {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("docs")
        .chain(args.iter().copied())
        .map(OsString::from);
    let exit = cli::run(args, &workspace(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Run {
        exit,
        out: text(out),
        err: text(err),
    }
}

fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    let _ = fs::remove_dir_all(&path);
    path
}

#[test]
fn what_is_written_is_fresh_until_it_is_changed() {
    let out = directory("check");
    let name = out.to_str().expect("a name");
    let check = || run(&["--check", "--out", name]);

    let missing = check();
    assert_eq!(missing.exit, Exit::Stale);
    assert!(missing.err.contains("missing: "), "{}", missing.err);
    assert!(!out.exists(), "a check writes nothing");

    let first = run(&["--out", name]);
    assert_eq!((first.exit, first.err.as_str()), (Exit::Done, ""));
    assert!(first.out.contains("wrote ") && first.out.contains("index.html"));
    assert_eq!(
        run(&["--out", name]).out,
        "",
        "what is fresh is not written again"
    );
    assert_eq!(check().exit, Exit::Done);

    let page = out.join("index.html");
    let text = fs::read_to_string(&page).expect("a page");
    fs::write(&page, text.replace("href=\"#files\"", "href=\"#gone\"")).expect("written");
    fs::write(out.join("operations/old.md"), "Made by `cargo xtask docs`").expect("written");
    fs::write(out.join("operations/yours.md"), "not ours").expect("written");
    fs::write(out.join("CNAME"), "example.com").expect("written");
    let stale = check();
    assert_eq!(stale.exit, Exit::Stale);
    for part in [
        "stale: ",
        "left over: ",
        "old.md",
        "broken link: index.html to \"#gone\": there is no such anchor",
        "run: cargo xtask docs --out ",
    ] {
        assert!(stale.err.contains(part), "{part} in {}", stale.err);
    }
    assert!(!stale.err.contains("yours.md") && !stale.err.contains("CNAME"));

    let mended = run(&["--out", name]);
    assert!(mended.out.contains("removed "), "{}", mended.out);
    assert_eq!(check().exit, Exit::Done);
    assert!(out.join("operations/yours.md").exists() && out.join("CNAME").exists());
}

#[test]
fn every_ending_has_its_code() {
    let out = directory("codes");
    let name = out.to_str().expect("a name");
    fs::create_dir_all(&out).expect("a directory");
    let refused = out.join("refused.yaml");
    fs::write(&refused, "openapi: 3.1.0\n").expect("written");
    let refused = refused.to_str().expect("a name");

    let result = run(&["--spec", refused, "--out", name]);
    assert_eq!(result.exit, Exit::Refused);
    assert!(result.err.contains("openapi/version") && result.err.contains("refused.yaml:1"));

    let result = run(&["--spec", "nowhere.yaml", "--out", name]);
    assert_eq!(result.exit, Exit::CouldNotRun);
    assert!(
        result.err.contains("cannot read nowhere.yaml"),
        "{}",
        result.err
    );

    assert_eq!(run(&["--check", "--open"]).exit, Exit::CouldNotRun);
    assert_eq!(
        run(&["--out", &format!("{refused}/below")]).exit,
        Exit::CouldNotRun
    );
    let help = run(&["--help"]);
    assert_eq!(help.exit, Exit::Done);
    assert!(help.out.contains("cargo xtask docs --open"));
}

#[test]
fn the_server_stays_on_loopback_and_in_its_directory() {
    let out = directory("serve");
    fs::create_dir_all(out.join("site")).expect("a directory");
    fs::write(out.join("site/index.html"), "the page").expect("written");
    fs::write(out.join("outside"), "not for you").expect("written");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let ready = |address| tell.send(address).expect("sent");
        serve::run(&out.join("site"), ready)
    });
    let address = told.recv().expect("an address");
    assert_eq!(address.ip(), Ipv4Addr::LOCALHOST);
    let get = |path: &str| {
        let mut stream = TcpStream::connect(address).expect("a connection");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    assert!(get("/").ends_with("the page"));
    for path in [
        "/../outside",
        "/%2e%2e/outside",
        "/..%2foutside",
        "/%2e%2e%2foutside",
        "//outside",
    ] {
        let answer = get(path);
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
        assert!(!answer.contains("not for you"), "{path}");
    }
}
