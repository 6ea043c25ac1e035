//! Other people's programs that open what we export.

use std::path::Path;
use std::process::Command;

/// Runs it and returns what it says. Fails where it is not satisfied.
pub fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let run = Command::new(program)
        .args(arguments)
        .arg(file)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; scripts/tools.sh readers installs it"));
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(
        run.status.success(),
        "{program}: {said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    said
}

/// The words of a PDF, after qpdf found nothing wrong with it.
pub fn words_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.pdf");
    std::fs::write(&file, pdf).unwrap();
    run("qpdf", &["--check"], &file);
    let run = Command::new("pdftotext").arg(&file).arg("-").output().unwrap();
    assert!(run.status.success());
    // Lines end where the page does, not where a sentence does; long marks may be broken where nothing is seen.
    String::from_utf8(run.stdout)
        .unwrap()
        .replace('\u{200b}', "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
