//! Makes typed text keys out of `locales/`, so that a missing or misspelled key does not compile.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

/// One file per screen, in every language.
const NAMESPACES: [&str; 12] = [
    "common",
    "words",
    "sign_in",
    "board",
    "convene",
    "table",
    "closing",
    "dossier",
    "register",
    "accountability",
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
    let texts = TranslationsInfos::parse(config)?;
    texts.emit_diagnostics();
    texts.rerun_if_locales_changed();

    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    texts.generate_i18n_module(out)?;
    Ok(())
}
