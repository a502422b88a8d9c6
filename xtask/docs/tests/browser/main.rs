//! The site in a real browser.
//!
//! What a test needs and this machine has not makes it report itself as ignored, with how to get
//! it; with `VOBIZ_REQUIRE_BROWSER=1` it fails instead. With `VOBIZ_SCREENSHOTS=docs`, the pictures
//! in `docs/` are taken anew.

mod chrome;
#[path = "../common/mod.rs"]
mod common;
mod server;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use libtest_mimic::{Arguments, Trial};
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};
use xtask::document::Document;
use xtask_docs::site;

use Need::{Browser, Curl, Packages};
use chrome::Page;
use common::{HOSTILE, fixture, hostile, one_operation, workspace};
use server::Request;

/// Something that a test cannot do without.
#[derive(Clone, Copy)]
enum Need {
    Browser,
    Curl,
    Packages,
}

impl Need {
    /// How to get it, if it is missing.
    fn missing(self) -> Option<&'static str> {
        let runs = |program: &str| {
            let mut command = Command::new(program);
            let command = command
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        let (there, help) = match self {
            Self::Browser => (
                chrome::find().is_some(),
                "no browser: `apt-get install chromium`, or name one in VOBIZ_BROWSER",
            ),
            Self::Curl => (
                cfg!(unix) && runs("curl"),
                "no curl: `apt-get install curl`",
            ),
            Self::Packages => (
                runs("node") && packages().is_dir(),
                "no axe-core and html-validate: install Node.js 20.19 or newer, then \
                 `npm ci --prefix xtask/docs/tests/browser`",
            ),
        };
        (!there).then_some(help)
    }
}

fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules")
}

/// Name, needs and body.
type Test = (&'static str, &'static [Need], fn());

fn main() {
    let arguments = Arguments::from_args();
    let required = std::env::var_os("VOBIZ_REQUIRE_BROWSER").is_some_and(|value| value == "1");
    let tests: &[Test] = &[
        (
            "without_a_script_everything_can_be_read",
            &[Browser],
            same_without_script,
        ),
        (
            "nobody_is_asked_and_nothing_complains",
            &[Browser],
            no_requests,
        ),
        (
            "accessibility_has_no_serious_violation",
            &[Browser, Packages],
            accessible,
        ),
        (
            "every_control_is_reached_and_seen_by_keyboard",
            &[Browser],
            keyboard,
        ),
        ("nothing_scrolls_sideways_at_320_pixels", &[Browser], narrow),
        ("printing_keeps_everything", &[Browser], printing),
        (
            "the_first_samples_are_those_of_the_page",
            &[Browser],
            composed_at_first,
        ),
        (
            "composed_samples_hold_what_was_typed",
            &[Browser, Curl],
            composed,
        ),
        ("numbers_and_choices_are_sent_as_such", &[Browser], numbers),
        (
            "samples_of_any_document_parse",
            &[Browser, Curl],
            composed_elsewhere,
        ),
        ("hostile_text_does_nothing", &[Browser], hostile_text),
        (
            "search_finds_and_copying_copies",
            &[Browser],
            search_and_copy,
        ),
        ("the_curl_sample_runs_as_it_stands", &[Curl], curl_sample),
        ("the_html_is_valid", &[Packages], valid),
    ];
    let mut hints = BTreeSet::new();
    let mut trials: Vec<Trial> = tests
        .iter()
        .map(|(name, needs, test)| {
            let missing = needs.iter().find_map(|need| need.missing());
            let test = *test;
            hints.extend(missing);
            match missing {
                Some(help) if required => Trial::test(*name, move || Err(help.into())),
                missing => Trial::test(*name, move || {
                    test();
                    Ok(())
                })
                .with_ignored_flag(missing.is_some()),
            }
        })
        .collect();
    if let Some(directory) = std::env::var_os("VOBIZ_SCREENSHOTS") {
        trials.push(Trial::test("screenshots", move || {
            screenshots(&workspace().join(&directory));
            Ok(())
        }));
    }
    if !arguments.list {
        for hint in hints {
            eprintln!("skipped: {hint}");
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// A site on disk.
struct Site {
    directory: PathBuf,
}

impl Site {
    fn write(name: &str, document: &Document) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("sites")
            .join(name);
        for file in site::build(document) {
            file.write(&directory).expect("written");
        }
        Self { directory }
    }

    fn url(&self) -> String {
        format!("file://{}/index.html", self.directory.display())
    }
}

static TODAY: LazyLock<Site> = LazyLock::new(|| Site::write("today", &one_operation()));
static SEVERAL: LazyLock<Site> = LazyLock::new(|| Site::write("several", &fixture("several.yaml")));
static ENEMY: LazyLock<Site> = LazyLock::new(|| Site::write("hostile", &hostile(HOSTILE)));

/// Takes away what a script adds, and tells what is left to read.
const READ: &str = "(() => {
    for (const added of document.querySelectorAll('fieldset, button, .search')) added.hidden = true;
    return document.body.innerText;
})()";

fn same_without_script() {
    let mut page = Page::open();
    for url in [TODAY.url(), server::below_a_path(&TODAY.directory)] {
        let mut texts = Vec::new();
        for scripts in [true, false] {
            page.scripts(scripts);
            page.go(&url);
            let forms = "document.querySelectorAll('fieldset:not([hidden])').length";
            assert_eq!(page.eval(forms), json!(u32::from(scripts)), "{url}");
            texts.push(page.eval(READ).as_str().expect("text").to_owned());
        }
        assert_eq!(texts[0], texts[1], "{url}");
        for words in [
            "Shown once",
            "NewSubAccount::new",
            "auth_credentials",
            "5XX",
        ] {
            assert!(texts[1].contains(words), "{words}");
        }
    }
}

fn no_requests() {
    let mut page = Page::open();
    for site in [&*TODAY, &*SEVERAL, &*ENEMY] {
        for url in [site.url(), server::below_a_path(&site.directory)] {
            page.go(&url);
            page.eval("scrollTo(0, document.body.scrollHeight)");
            assert_eq!(page.requests(), [url]);
            assert_eq!(page.complaints(), [""; 0]);
        }
    }
    // What the policy does not allow does not leave the page.
    page.go(&TODAY.url());
    let tried = page.eval("fetch('https://example.com/').then(() => 'sent', () => 'blocked')");
    assert_eq!(tried, "blocked");
}

fn accessible() {
    let axe = fs::read_to_string(packages().join("axe-core/axe.min.js")).expect("axe-core");
    let mut page = Page::open();
    for (site, scheme, width) in [
        (&*TODAY, "light", 1280),
        (&*TODAY, "dark", 1280),
        (&*TODAY, "light", 390),
        (&*TODAY, "dark", 390),
        (&*SEVERAL, "light", 1280),
        (&*SEVERAL, "dark", 390),
        (&*ENEMY, "light", 1280),
    ] {
        page.media("screen", scheme);
        page.size(width, 900);
        page.go(&site.url());
        page.eval(&format!("{axe}; 0"));
        let violations = page.eval(
            "axe.run().then(({violations}) => violations
                .filter(({impact}) => impact === 'serious' || impact === 'critical')
                .map(({id, nodes}) => id + ': ' + nodes.map((node) => node.html).join(' ')))",
        );
        assert_eq!(violations, json!([]), "{scheme}, {width}: {}", site.url());
    }
}

fn keyboard() {
    let mut page = Page::open();
    page.call(
        "Emulation.setFocusEmulationEnabled",
        &json!({"enabled": true}),
    );
    page.size(1280, 800);
    page.go(&TODAY.url());
    let count = page.eval(
        "window.controls = [...document.querySelectorAll('a, button, input, select, textarea')];
         controls.length",
    );
    let count = count.as_u64().expect("a number");
    assert!(count > 50);
    for index in 0..count {
        page.press("Tab", 9);
        let state = page.eval(
            "(() => {
                const at = document.activeElement;
                const {top, bottom, left, width, height} = at.getBoundingClientRect();
                const {outlineStyle, outlineWidth} = getComputedStyle(at);
                return {
                    index: controls.indexOf(at),
                    seen: top > -1 && bottom < innerHeight + 1 && left > -1 && width > 5 && height > 5,
                    marked: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
                    html: at.outerHTML.slice(0, 200),
                };
            })()",
        );
        assert_eq!(state["index"], json!(index), "{state}");
        assert_eq!(
            (&state["seen"], &state["marked"]),
            (&json!(true), &json!(true)),
            "{state}"
        );
    }
}

fn narrow() {
    let mut page = Page::open();
    for site in [&*TODAY, &*SEVERAL, &*ENEMY] {
        for width in [320, 390, 1280] {
            page.size(width, 700);
            page.go(&site.url());
            let scroll = page.eval(
                "[Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
                  [...document.querySelectorAll('body *')]
                    .filter((e) => e.getBoundingClientRect().right > innerWidth + .5)
                    .map((e) => e.outerHTML.slice(0, 120)).slice(0, 3)]",
            );
            let wide = scroll[0].as_u64().expect("a number") > u64::from(width);
            assert!(!wide, "{width}: {scroll} {}", site.url());
        }
    }
}

fn printing() {
    let mut page = Page::open();
    page.go(&TODAY.url());
    let on_screen = page.eval(READ);
    page.media("print", "dark");
    assert_eq!(page.eval(READ), on_screen);
    let background = page.eval("getComputedStyle(document.body).backgroundColor");
    assert_eq!(background, "rgb(255, 255, 255)", "paper is white");
    let pdf = page.call("Page.printToPDF", &json!({}));
    assert!(pdf["data"].as_str().is_some_and(|data| data.len() > 20_000));
}

/// The samples on the page: for each operation, those of each language.
fn samples(page: &mut Page) -> Vec<[String; 3]> {
    let texts = page.eval(
        "[...document.querySelectorAll('[data-compose]')].map((section) =>
            [...section.querySelectorAll('code[data-parts]')].map((code) => code.textContent))",
    );
    serde_json::from_value(texts).expect("three samples for each operation")
}

fn composed_at_first() {
    let mut page = Page::open();
    for site in [&*TODAY, &*SEVERAL, &*ENEMY] {
        page.go(&site.url());
        let written = samples(&mut page);
        page.eval("for (const fields of document.querySelectorAll('fieldset')) fields.dispatchEvent(new Event('input'))");
        assert_eq!(samples(&mut page), written, "{}", site.url());
    }
}

/// Types `text` into every control that takes any text, and JSON of it where that is asked for.
fn type_everywhere(page: &mut Page, text: &str) {
    let text = json!(text);
    page.eval(&format!(
        "for (const control of document.querySelectorAll('[data-input=text], [data-input=json]')) {{
            const text = {text};
            control.value = control.dataset.input === 'text' ? text : JSON.stringify({{[text]: [text, 1e21, 5e9]}});
            control.dispatchEvent(new Event('input', {{bubbles: true}}));
        }}"
    ));
}

const ODD: &[&str] = &[
    HOSTILE,
    "\"#",
    "r#\"x\"#",
    "'",
    "'; exit 1; '",
    "\\",
    "\\'\\\"",
    "two\nlines\n",
    "$(exit 1) `exit 1` $HOME ${HOME} !!",
    "👩‍👩‍👧‍👦 e\u{301}",
    "שלום \u{202e}abc\u{2066}",
    "\u{2028}\u{0}\u{7f}\u{feff}\u{e0041}\u{1ffff}",
    "*/ // /* {} {{}} %s %00",
    "@/etc/hostname",
    "--data x",
    "__proto__",
    " ",
];

/// Runs a curl sample against an API on loopback.
fn run_curl(sample: &str, host: &str) -> Request {
    let (url, requests) = server::api();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("curl");
    fs::create_dir_all(&directory).expect("a directory");
    fs::write(directory.join("body"), "a body").expect("written");
    let output = Command::new("sh")
        .args(["-c", &sample.replacen(host, &url, 1)])
        .current_dir(&directory)
        .envs([
            ("VOBIZ_AUTH_ID", "MA_TEST"),
            ("VOBIZ_AUTH_TOKEN", "token"),
            ("VOBIZ_TOKEN", "t"),
        ])
        .env("VOBIZ_KEY", "key")
        .envs([("no_proxy", "*"), ("NO_PROXY", "*")])
        .output()
        .expect("a shell");
    assert!(
        output.status.success(),
        "{sample}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!directory.join("pwned").exists(), "{sample}");
    requests
        .recv_timeout(Duration::from_secs(10))
        .expect("a request")
}

/// Every string literal in `code`, which must be Rust.
fn literals(code: &str) -> Vec<String> {
    fn walk(tokens: TokenStream, found: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => walk(group.stream(), found),
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        found.push(text.value());
                    }
                }
                _ => {}
            }
        }
    }
    syn::parse_file(code).unwrap_or_else(|error| panic!("{error}\n{code}"));
    let mut found = Vec::new();
    walk(code.parse().expect("tokens"), &mut found);
    found
}

/// The JSON body of an HTTP sample, whose length must be what it says.
fn http_body(sample: &str) -> Option<Value> {
    let (head, body) = sample.split_once("\n\n")?;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))?;
    assert_eq!(length, body.len().to_string(), "{sample}");
    Some(serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}\n{body}")))
}

fn composed() {
    let mut page = Page::open();
    page.go(&TODAY.url());
    for text in ODD {
        type_everywhere(&mut page, text);
        let text = text.replace("\r\n", "\n");
        let all = samples(&mut page);
        let [rust, curl, http] = all.first().expect("samples");
        let expected = json!({
            "name": text, "email": text, "phone": text, "description": text, "password": text,
            "enabled": true,
        });
        let typed = literals(rust)
            .iter()
            .filter(|literal| **literal == text)
            .count();
        assert_eq!(typed, 5, "{rust}");
        assert_eq!(http_body(http).as_ref(), Some(&expected));
        let request = run_curl(curl, "https://api.vobiz.ai");
        assert_eq!(
            request.line,
            "POST /api/v1/accounts/MA_TEST/sub-accounts/ HTTP/1.1"
        );
        assert_eq!(request.header("x-auth-token"), Some("token"));
        let sent: Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_eq!(sent, expected);
    }
    assert_eq!(page.complaints(), [""; 0]);
    assert_eq!(page.requests().len(), 1, "nothing was sent");

    page.eval("document.querySelector('textarea').value = '\\ud800'; document.querySelector('fieldset').dispatchEvent(new Event('input'))");
    let all = samples(&mut page);
    assert!(
        literals(&all[0][0]).contains(&"\u{fffd}".to_owned()),
        "{}",
        all[0][0]
    );
}

fn numbers() {
    let mut page = Page::open();
    page.go(&TODAY.url());
    let mut set = |path: &str, value: &str| {
        let selector = json!(format!("[data-path='{path}']"));
        let value = json!(value);
        let invalid = page.eval(&format!(
            "(() => {{
                const control = document.querySelector({selector});
                control.value = {value};
                control.dispatchEvent(new Event('input', {{bubbles: true}}));
                return control.getAttribute('aria-invalid');
            }})()"
        ));
        let [rust, _, http] = samples(&mut page).remove(0);
        literals(&rust);
        (rust, http_body(&http).expect("a body"), invalid == "true")
    };
    for (typed, sent, in_rust) in [
        ("500", json!(500), ".rate_limit(500)"),
        ("+007", json!(7), ".rate_limit(7)"),
        ("-5", json!(-5), ".rate_limit(-5)"),
        (
            "3000000000",
            json!(3_000_000_000_i64),
            ".rate_limit(3000000000_i64)",
        ),
        (
            "9223372036854775807",
            json!(i64::MAX),
            ".rate_limit(9223372036854775807_i64)",
        ),
        ("9223372036854775808", Value::Null, ""),
        ("1e3", Value::Null, ""),
        ("5; drop", Value::Null, ""),
        ("", Value::Null, ""),
    ] {
        let (rust, body, invalid) = set("[\"rate_limit\"]", typed);
        assert_eq!(body["rate_limit"], sent, "{typed}");
        assert!(rust.contains(in_rust), "{typed}: {rust}");
        assert_eq!(invalid, sent.is_null() && !typed.is_empty(), "{typed}");
        assert_eq!(rust.contains("rate_limit"), !sent.is_null(), "{typed}");
    }
    let (rust, body, _) = set("[\"permissions\",\"calls\"]", "true");
    assert_eq!(body["permissions"], json!({"calls": true}));
    assert!(rust.contains(".permission(\"calls\", true)"), "{rust}");
    let (rust, body, _) = set("[\"enabled\"]", "false");
    assert_eq!(body["enabled"], json!(false));
    assert!(rust.contains(".enabled(false)"), "{rust}");
}

fn composed_elsewhere() {
    let mut page = Page::open();
    for (site, host) in [
        (&*SEVERAL, "https://api.example.com"),
        (&*ENEMY, "https://example.com"),
    ] {
        page.go(&site.url());
        for text in std::iter::once(None).chain(ODD.iter().map(Some)) {
            if let Some(text) = text {
                type_everywhere(&mut page, text);
            }
            for [rust, curl, http] in samples(&mut page) {
                literals(&rust);
                let request = run_curl(&curl, host);
                let expected = http.lines().next().unwrap_or_default();
                assert_eq!(request.line, expected);
                if let Some(body) = http_body(&http) {
                    let sent: Value = serde_json::from_slice(&request.body).expect("JSON");
                    assert_eq!(sent, body);
                }
            }
        }
        assert_eq!(page.complaints(), [""; 0]);
    }
}

fn hostile_text() {
    let mut page = Page::open();
    page.go(&ENEMY.url());
    let seen = page.eval(
        "[typeof window.pwned, document.scripts.length, document.images.length,
          document.querySelectorAll('[onclick], [onerror], [onmouseover], [style]').length,
          [...document.links].filter((a) => !/^(file|https|mailto):/.test(a.protocol)).length]",
    );
    assert_eq!(seen, json!(["undefined", 1, 0, 0, 0]));
    // Even a click on everything runs nothing.
    page.eval("for (const element of document.querySelectorAll('main :not(a)')) element.click()");
    assert_eq!(page.eval("typeof window.pwned"), "undefined");
    assert_eq!(page.complaints(), [""; 0]);
    let text = page.eval("document.body.innerText");
    let text = text.as_str().expect("text");
    for shown in [
        "<script>window.pwned=1</script>",
        "]]>",
        "javascript:window.pwned=1",
        "\\u{202e}",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
}

fn search_and_copy() {
    let mut page = Page::open();
    page.go(&TODAY.url());
    let found = page.eval(
        "(() => {
            const search = document.getElementById('search');
            search.value = 'auth_token once';
            search.dispatchEvent(new Event('input'));
            return [...document.querySelectorAll('.search li a')].map((a) => a.hash);
        })()",
    );
    assert_eq!(
        found[0], "#create-sub-account-200-sub-account-auth-token",
        "{found}"
    );
    assert!(
        found.as_array().is_some_and(|found| found.len() >= 2),
        "{found}"
    );

    page.call(
        "Emulation.setFocusEmulationEnabled",
        &json!({"enabled": true}),
    );
    let copied = page.eval(
        "new Promise((done) => {
            navigator.clipboard.writeText = async (text) => { window.copied = text; };
            const button = document.querySelector('figure button');
            button.click();
            setTimeout(() => done([window.copied, button.textContent]), 50);
        })",
    );
    let [rust, ..] = samples(&mut page).remove(0);
    assert_eq!(copied, json!([rust, "Copied"]));
}

fn curl_sample() {
    let document = one_operation();
    let api = xtask_docs::api::read(&document);
    let operation = &api.groups[0].operations[0];
    let fields = xtask_docs::sample::fields(&api, operation);
    let request = xtask_docs::sample::initial(operation, &fields);
    let sample = xtask_docs::sample::samples(&api, operation)[1].render(&request);
    let request = run_curl(&sample, "https://api.vobiz.ai");
    assert_eq!(request.header("x-auth-id"), Some("MA_TEST"));
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body, json!({"name": "Support Team", "enabled": true}));
}

fn valid() {
    let script = packages().join("html-validate/bin/html-validate.mjs");
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/htmlvalidate.json");
    let sites = [&*TODAY, &*SEVERAL, &*ENEMY];
    let output = Command::new("node")
        .arg(script)
        .arg("--config")
        .arg(config)
        .args(sites.map(|site| site.directory.join("index.html")))
        .output()
        .expect("node");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn screenshots(directory: &Path) {
    use base64::Engine as _;
    let mut page = Page::open();
    for (name, scheme, width, height, anchor) in [
        ("reference-light", "light", 1280, 1000, "top"),
        (
            "reference-dark",
            "dark",
            1280,
            1000,
            "create-sub-account-responses",
        ),
        (
            "reference-phone-light",
            "light",
            390,
            1000,
            "create-sub-account",
        ),
        (
            "reference-phone-dark",
            "dark",
            390,
            1000,
            "create-sub-account-body",
        ),
    ] {
        page.media("screen", scheme);
        page.size(width, height);
        page.go(&TODAY.url());
        page.eval(&format!(
            "document.getElementById('{anchor}').scrollIntoView()"
        ));
        let picture = page.call("Page.captureScreenshot", &json!({"format": "png"}));
        let picture = picture["data"].as_str().expect("a picture");
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(picture)
            .expect("base64");
        fs::create_dir_all(directory).expect("a directory");
        fs::write(directory.join(format!("{name}.png")), bytes).expect("written");
    }
}
