//! Makes typed text keys out of `locales/`, so that a missing or misspelled key does not compile.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

// The two halves of `leptos_i18n_build`, which adds a hundred crates for data that our texts do not use.
use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

/// One file per screen, in every language.
const NAMESPACES: [&str; 16] = [
    "common",
    "words",
    "sign_in",
    "board",
    "convene",
    "table",
    "closing",
    "dossier",
    "register",
    "life",
    "export",
    "accountability",
    "document",
    "access",
    "refusals",
    "errors",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");

    let config = Config::new("nl")?
        .add_locale("en")?
        .locales_path("./locales")
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let texts = parse_locales(None, config)?;
    for warning in texts.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    for error in texts.diag.errors().iter() {
        println!("cargo::error={error}");
    }

    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    fs::create_dir_all(&out)?;
    let code = gen_code(&texts, None, false, None, true)?;
    fs::write(out.join("mod.rs"), code.to_string())?;
    Ok(())
}
